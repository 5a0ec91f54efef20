"""A portal that runs as its users run it: ``manage.py up`` in a process of its own."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil

from tests.acceptance.parts import ROOT, eventually

_FROM_OUTSIDE = ("VENOM_", "DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "DEBUG", "ALLOWED_HOSTS")


def clean_environment(**changes: str) -> dict[str, str]:
    """The environment of this process without what the tests or the developer told the portal."""
    return {name: value for name, value in os.environ.items() if not name.startswith(_FROM_OUTSIDE)} | changes


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a management command to its end."""
    command = [sys.executable, str(ROOT / "manage.py"), *arguments]
    return subprocess.run(
        command, env=clean_environment(**environment), capture_output=True, text=True, timeout=60, check=False
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class RunningPortal:
    """One ``up`` with its data directory, its port and its processes."""

    def __init__(self, data_dir: Path, *options: str, port: int | None = None, **environment: str) -> None:
        self.data_dir, self.port = data_dir, port or free_port()
        self._output = data_dir.with_name(f"{data_dir.name}-output")
        self._output.parent.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, str(ROOT / "manage.py"), "up", "--port", str(self.port)]
        with self._output.open("w") as file:
            self.process = subprocess.Popen(
                [*command, "--data-dir", str(data_dir), *options],
                env=clean_environment(**environment),
                stdout=file,
                stderr=subprocess.STDOUT,
            )

    @property
    def output(self) -> str:
        """All that ``up`` has printed so far."""
        return self._output.read_text()

    def get(self, path: str, **headers: str) -> tuple[int, Any]:
        """Ask for JSON; status 0 while nothing listens."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", path, headers=headers)
            response = connection.getresponse()
            return response.status, json.load(response)
        except (OSError, http.client.HTTPException):
            return 0, None
        finally:
            connection.close()

    def wait_until_ready(self, seconds: float = 60.0) -> None:
        """Return when every part answers and the operator has been told so."""

        def ready_or_ended() -> bool:
            assert self.process.poll() is None, self.output
            return self.get("/readyz")[0] == 200 and str(self.port) in self.output

        eventually(ready_or_ended, seconds)

    def passwords(self) -> dict[str, str]:
        return json.loads((self.data_dir / "demo-accounts.json").read_text())

    def descendants(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def part(self, words: str) -> psutil.Process | None:
        """Find the process whose command line has these words, the outermost where a part has several."""
        return next((process for process in self.descendants() if words in " ".join(_command_line(process))), None)

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Stop it as an operator does and give the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(timeout=30)


def _command_line(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []
