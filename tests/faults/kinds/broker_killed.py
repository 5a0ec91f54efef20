"""``kill -9`` of the broker; it is away for a while, and comes back with nothing."""

import redis

from tests.faults.kinds.fault import Fault, Scene
from tests.faults.stage.processes import eventually


def inject(scene: Scene) -> str:
    """Kill it, keep it down, let it come back."""
    keeper = scene.stage.keeper
    keeper.hold("broker", down=True)
    try:
        scene.kill(keeper.whole("broker"), FAULT.name)
        seconds = scene.pause(0.2, 4.0)
    finally:
        keeper.hold("broker", down=False)
    eventually(lambda: _answers(scene), 30, "the broker answers again")
    return f"away for {seconds:.1f} s"


def _answers(scene: Scene) -> bool:
    try:
        with redis.Redis(unix_socket_path=str(scene.stage.folder / "broker.sock"), socket_timeout=1) as broker:
            return bool(broker.ping())
    except redis.RedisError:
        return False


FAULT = Fault("broker_killed", inject)
