"""Somebody else holds the database's lock for longer than a lease."""

from tests.faults.kinds.fault import Fault, Scene


def inject(scene: Scene) -> str:
    """Hold it."""
    seconds = scene.stage.lease * scene.random.uniform(0.5, 1.6)
    scene.stage.database.hold_locked(seconds)
    return f"{seconds:.1f} s"


FAULT = Fault("database_locked", inject)
