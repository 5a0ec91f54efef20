"""The disk under the database is full for some seconds."""

from tests.faults.kinds.fault import Fault, Scene


def inject(scene: Scene) -> str:
    """Fill it up, clear it, and see to it that the database runs: a server may have given up."""
    stage = scene.stage
    writers, largest = stage.database.writers(stage.portal_processes())
    stage.disk.fill(writers, largest)
    try:
        seconds = scene.pause(1.5, 4.0)
    finally:
        stage.disk.clear()
    stage.database.revive()
    return f"{stage.disk.kind} for {seconds:.1f} s"


FAULT = Fault("disk_full", inject)
