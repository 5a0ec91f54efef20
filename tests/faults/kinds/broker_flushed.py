"""The broker forgets everything: FLUSHALL."""

import redis

from tests.faults.kinds.fault import Fault, Scene


def inject(scene: Scene) -> str:
    """Flush it, behind the proxy's back."""
    with redis.Redis(unix_socket_path=str(scene.stage.folder / "broker.sock"), socket_timeout=5) as broker:
        keys = broker.dbsize()
        broker.flushall()
    return f"{keys} keys" if keys else ""


FAULT = Fault("broker_flushed", inject)
