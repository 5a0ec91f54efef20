"""``kill -9`` of a worker: its main process alone, so that its pool is orphaned, or all of it at once."""

from tests.faults.kinds.fault import Fault, Scene
from tests.faults.stage.stage import WORKERS


def inject(scene: Scene) -> str:
    """Kill one worker."""
    keeper, name = scene.stage.keeper, scene.busier(WORKERS)
    is_whole = scene.random.random() < 0.5
    main = keeper.main(name)
    killed = scene.kill(keeper.whole(name) if is_whole else [main] if main else [], FAULT.name)
    return f"{name}: {killed} processes" if killed else ""


FAULT = Fault("worker_killed", inject)
