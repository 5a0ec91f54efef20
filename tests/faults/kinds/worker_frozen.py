"""SIGSTOP for longer than the lease, then SIGCONT: the worker comes back and believes that nothing has happened."""

from tests.faults.kinds.fault import Fault, Scene
from tests.faults.stage.stage import WORKERS


def inject(scene: Scene) -> str:
    """Freeze a worker, or one of its children."""
    keeper, name = scene.stage.keeper, scene.busier(WORKERS)
    children = keeper.children(name)
    is_whole = scene.random.random() < 0.6 or not children
    seconds = scene.stage.lease * scene.random.uniform(1.2, 2.0)
    frozen = scene.freeze(keeper.whole(name) if is_whole else [scene.random.choice(children)], seconds)
    return f"{name}: {frozen} processes for {seconds:.1f} s" if frozen else ""


FAULT = Fault("worker_frozen", inject)
