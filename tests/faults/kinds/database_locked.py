"""The database keeps everybody waiting, for longer than a lease or almost: it is locked, or it hangs."""

from tests.faults.kinds.fault import Fault, Scene


def inject(scene: Scene) -> str:
    """Hold it."""
    seconds = scene.stage.lease * scene.random.uniform(0.5, 1.6)
    way = scene.stage.database.hold_up(seconds, scene.random)
    return f"{way} for {seconds:.1f} s"


FAULT = Fault("database_locked", inject)
