"""A web process as a portal runs it."""

import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.portal import running_part

_PATIENCE = 30.0


@contextmanager
def running_web(folder: Path) -> Iterator[int]:
    """Run it on a free port, which is given, with the environment of this process; its log is in the folder."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = ["-m", "uvicorn", "venom_portal.asgi:application", "--port", str(port), "--lifespan", "off"]
    with running_part([*command, "--timeout-graceful-shutdown", "5"], dict(os.environ), folder / "web.log"):
        _wait_for(port)
        yield port


def _wait_for(port: int) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError("the web process did not start; see web.log")
