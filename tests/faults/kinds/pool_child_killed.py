"""``kill -9`` of the processes in which a worker runs steps, busy ones first; the worker makes new ones."""

from tests.faults.kinds.fault import Fault, Scene
from tests.faults.stage.stage import WORKERS


def inject(scene: Scene) -> str:
    """Kill children of one worker, one after the other."""
    name = scene.random.choice(WORKERS)
    killed = 0
    for _ in range(scene.random.randint(3, 6)):
        children = scene.stage.keeper.children(name)
        busy = [child for child in children if child.pid in scene.busy()]
        if children:
            killed += scene.kill([scene.random.choice(busy or children)], FAULT.name)
        scene.pause(0.1, 0.8)
    return f"{name}: {killed} children" if killed else ""


FAULT = Fault("pool_child_killed", inject)
