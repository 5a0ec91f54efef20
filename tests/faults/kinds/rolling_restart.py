"""A deployment: workers, clocks and web are asked to end (SIGTERM) and started again, one after the other."""

import signal

from tests.faults.kinds.fault import Fault, Scene
from tests.faults.stage.processes import eventually, send
from tests.faults.stage.stage import CLOCKS, WORKERS

_ENDS_WITHIN = 60.0


def inject(scene: Scene) -> str:
    """Restart a few parts in turn."""
    parts = scene.random.sample([*WORKERS, *CLOCKS, "web"], 3)
    for name in parts:
        _restart(scene, name)
    return ", ".join(parts)


def _restart(scene: Scene, name: str) -> None:
    keeper = scene.stage.keeper
    before, main = keeper.starts(name), keeper.main(name)
    send(signal.SIGTERM, [main] if main else [])
    eventually(lambda: keeper.starts(name) > before, _ENDS_WITHIN, f"{name} ends when it is asked to")
    if name == "web":
        eventually(scene.stage.address.answers, 60, "the web process answers again")


FAULT = Fault("rolling_restart", inject)
