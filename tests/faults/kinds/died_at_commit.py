"""A part is started so that its processes die just before or just after a commit (``audit.failpoints``), under load."""

import signal

from audit.failpoints import CRASH_VARIABLE
from tests.faults.kinds.fault import Fault, Scene
from tests.faults.stage.processes import eventually, send
from tests.faults.stage.stage import WORKERS

_OF_WORKERS = ("claim", "finish", "bulk")
_OF_WEB = ("operation", "create")
_STARTS_WITHIN = 60.0


def inject(scene: Scene) -> str:
    """Let a worker's processes, or the web process, die at a point for a while, then have it run as before."""
    name = scene.random.choice((*WORKERS, "web"))
    boundary = scene.random.choice(_OF_WEB if name == "web" else _OF_WORKERS)
    point = f"{boundary}.{scene.random.choice(('before', 'after'))}_commit"
    passes = scene.random.randint(1, 4)
    scene.stage.keeper.add_once(name, **{CRASH_VARIABLE: f"{point}:{passes}"})
    _restart(scene, name)
    scene.pause(3.0, 5.0)
    if name != "web":  # which has died itself, while its pool is all that has died of a worker
        _restart(scene, name)
    else:
        eventually(scene.stage.address.answers, _STARTS_WITHIN, "the web process answers again")
    return f"{name} at {point}, pass {passes}"


def _restart(scene: Scene, name: str) -> None:
    keeper = scene.stage.keeper
    before, main = keeper.starts(name), keeper.main(name)
    send(signal.SIGTERM, [main] if main else [])
    eventually(lambda: keeper.starts(name) > before, _STARTS_WITHIN, f"{name} starts again")


FAULT = Fault("died_at_commit", inject)
