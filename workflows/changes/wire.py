"""The broker's publish and subscribe, where the broker can do that."""

from typing import Final

import redis
from celery import current_app
from redis.backoff import NoBackoff
from redis.retry import Retry

CHANNEL: Final = "venom.changed"
UNREACHABLE: Final = (OSError, redis.RedisError)
"""What is raised when the broker is away."""

_TIMEOUT: Final = 2.0
# What kombu and the client library call the same.
_NAMES: Final = {"redis+socket://": "unix://", "virtual_host=": "db="}


def connect() -> redis.Redis | None:
    """Make a client of its own for one thread; it connects when it is used. ``None``: the broker knows no channels.

    It fails at once where nothing answers: whoever uses it has something else to do, and tries again later.
    """
    url: str = current_app.conf.broker_write_url or current_app.conf.broker_url
    for theirs, ours in _NAMES.items():
        url = url.replace(theirs, ours, 1)
    if not url.startswith(("redis://", "rediss://", "unix://")):
        return None
    return redis.Redis.from_url(
        url, socket_connect_timeout=_TIMEOUT, socket_timeout=_TIMEOUT, retry=Retry(NoBackoff(), 0)
    )
