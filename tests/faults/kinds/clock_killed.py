"""``kill -9`` of clocks, in a loop; there are three."""

from tests.faults.kinds.fault import Fault, Scene
from tests.faults.stage.stage import CLOCKS


def inject(scene: Scene) -> str:
    """Kill one clock or several."""
    killed = 0
    for _ in range(scene.random.randint(1, 3)):
        killed += scene.kill(scene.stage.keeper.whole(scene.random.choice(CLOCKS)), FAULT.name)
        scene.pause(0.1, 0.8)
    return f"{killed} clocks" if killed else ""


FAULT = Fault("clock_killed", inject)
