"""The wall clock of a worker or a clock jumps by an hour, ahead or back, and returns.

What Python code of that process asks is shifted (``stage/jumping``); its monotonic clock is not, as in real life.
"""

from tests.faults.kinds.fault import Fault, Scene
from tests.faults.stage.stage import JUMPING

_HOUR = 3600


def inject(scene: Scene) -> str:
    """Shift one process's clock for some seconds."""
    name = scene.random.choice(JUMPING)
    shift = scene.random.choice((-_HOUR, _HOUR))
    file = scene.stage.clock_file(name)
    file.write_text(str(shift))
    try:
        seconds = scene.pause(2.0, 5.0)
    finally:
        file.write_text("0")
    return f"{name} by {shift} s for {seconds:.1f} s"


FAULT = Fault("clock_jump", inject)
