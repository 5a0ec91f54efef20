"""``kill -9`` of the web process while people ask it for things."""

from tests.faults.kinds.fault import Fault, Scene
from tests.faults.stage.processes import eventually


def inject(scene: Scene) -> str:
    """Kill it, and wait until it answers again: else nobody would get a word in."""
    killed = scene.kill(scene.stage.keeper.whole("web"), FAULT.name)
    scene.pause(0.5, 0.5)
    eventually(scene.stage.address.answers, 60, "the web process answers again")
    return f"{killed} processes" if killed else ""


FAULT = Fault("web_killed", inject)
