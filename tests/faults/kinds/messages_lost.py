"""Half of the messages get lost on their way to the broker, which says that it has them."""

from tests.faults.kinds.fault import Fault, Scene
from tests.faults.stage.proxy import Mischief


def inject(scene: Scene) -> str:
    """Lose messages for some seconds."""
    proxy = scene.stage.proxy
    before, proxy.mischief = proxy.counts["lost"], Mischief(lose=0.5)
    try:
        scene.pause(2.0, 5.0)
    finally:
        proxy.mischief = Mischief()
    lost = proxy.counts["lost"] - before
    return f"{lost} lost" if lost else ""


FAULT = Fault("messages_lost", inject)
