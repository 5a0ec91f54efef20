"""A broker that accepts and never answers; afterwards all its connections break."""

from tests.faults.kinds.fault import Fault, Scene
from tests.faults.stage.proxy import Mischief


def inject(scene: Scene) -> str:
    """Let everything that is sent to it disappear for some seconds."""
    proxy = scene.stage.proxy
    proxy.mischief = Mischief(hang=True)
    try:
        seconds = scene.pause(2.0, 6.0)
    finally:
        proxy.mischief = Mischief()
    if scene.random.random() < 0.5:
        proxy.cut()
    return f"{seconds:.1f} s"


FAULT = Fault("broker_black_hole", inject)
