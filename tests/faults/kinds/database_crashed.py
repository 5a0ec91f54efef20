"""PostgreSQL is killed or stopped at once and started again; of SQLite, a process that is just committing is killed."""

from tests.faults.kinds.fault import Fault, Scene


def inject(scene: Scene) -> str:
    """Break the database off, and bring it back."""
    return scene.stage.database.crash(scene.random)


FAULT = Fault("database_crashed", inject)
