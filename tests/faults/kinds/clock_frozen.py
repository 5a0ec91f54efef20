"""A clock that stands still in the middle of a tick and goes on with it much later, when others have done the work."""

from tests.faults.kinds.fault import Fault, Scene
from tests.faults.stage.stage import CLOCKS


def inject(scene: Scene) -> str:
    """Freeze one of the clocks."""
    name = scene.random.choice(CLOCKS)
    seconds = scene.stage.lease * scene.random.uniform(0.8, 1.5)
    scene.freeze(scene.stage.keeper.whole(name), seconds)
    return f"{name} for {seconds:.1f} s"


FAULT = Fault("clock_frozen", inject)
