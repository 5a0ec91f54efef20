"""Messages come twice or three times, and out of order."""

from tests.faults.kinds.fault import Fault, Scene
from tests.faults.stage.proxy import Mischief


def inject(scene: Scene) -> str:
    """Repeat and shuffle messages for some seconds."""
    proxy = scene.stage.proxy
    before = dict(proxy.counts)
    proxy.mischief = Mischief(repeat=0.6, shuffle=0.5)
    try:
        scene.pause(2.0, 5.0)
    finally:
        proxy.mischief = Mischief()
    after = proxy.counts
    repeated, shuffled = (after[what] - before[what] for what in ("repeated", "shuffled"))
    return f"{repeated} repeated, {shuffled} shuffled" if repeated or shuffled else ""


FAULT = Fault("messages_repeated", inject)
