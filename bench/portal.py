"""A portal's worker and clock on a scratch directory, as real processes, and the process that drives them."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]
_STOPS_WITHIN = 20.0


class Portal:
    """A portal that is running; asked to measure itself."""

    def __init__(self, driver: "subprocess.Popen[str]") -> None:
        self._driver = driver

    def measure(self, scenario: str, **arguments: Any) -> dict[str, Any]:
        """Run a scenario of ``bench.scenarios`` in the driver and give what it measured."""
        assert self._driver.stdin
        self._driver.stdin.write(json.dumps({"scenario": scenario, **arguments}) + "\n")
        self._driver.stdin.flush()
        return self.answer()

    def answer(self) -> dict[str, Any]:
        """Read the driver's next answer."""
        assert self._driver.stdout
        line = self._driver.stdout.readline()
        if not line:
            raise RuntimeError("the driver has ended; what it said stands above")
        return dict(json.loads(line))


@contextmanager
def running_portal(folder: Path, database_url: str | None, broker_url: str, processes: int) -> Iterator[Portal]:
    """Run a worker of so many processes and a clock; without a database address on SQLite, in the folder."""
    folder.mkdir()
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {"VENOM_DATA_DIR": str(folder), "REDIS_URL": broker_url, "VENOM_APPS": "bench.sample"}
    if database_url:
        environment["DATABASE_URL"] = database_url
    with ExitStack() as parts:
        driver = subprocess.Popen(
            [sys.executable, "-m", "bench.driver"], env=environment, cwd=PROJECT, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        parts.callback(stop, driver)
        portal = Portal(driver)
        portal.answer()
        worker = ["manage.py", "worker", "--concurrency", str(processes)]
        parts.enter_context(running_part(worker, environment, folder / "worker.log"))
        parts.enter_context(running_part(["manage.py", "clock"], environment, folder / "clock.log"))
        yield portal


@contextmanager
def running_part(arguments: Sequence[str], environment: dict[str, str], log: Path) -> Iterator[None]:
    """Run a Python program of the project while inside."""
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, *arguments], env=environment, cwd=PROJECT, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            yield
        finally:
            stop(process)


def stop(process: "subprocess.Popen[Any]") -> None:
    """Ask a process to end, and see to it that it does."""
    process.terminate()
    try:
        process.wait(timeout=_STOPS_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
