"""SQLite, and how it is broken."""

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from random import Random

import psutil

from bench.portal import PROJECT


class SqliteDatabase:
    """A file."""

    name = "sqlite"

    def __init__(self, folder: Path) -> None:
        self._path = folder / "portal.sqlite3"

    @property
    def url(self) -> str:
        """See ``Database``."""
        return f"sqlite:///{self._path}"

    def crash(self, random: Random) -> str:
        """Kill a process that is committing."""
        with self._holder("write") as holder:
            time.sleep(random.uniform(0.2, 1.0))
            holder.kill()
        return "a writer killed while it committed"

    def hold_up(self, seconds: float, random: Random) -> str:
        """See ``Database``."""
        with self._holder("hold"):
            time.sleep(seconds)
        return "its lock held"

    def writers(self, portal: Sequence[psutil.Process]) -> tuple[Sequence[psutil.Process], int]:
        """Every process of the portal writes the file and its log."""
        sizes = [path.stat().st_size for path in self._path.parent.glob(f"{self._path.name}*")]
        return portal, max(sizes, default=0)

    def revive(self) -> None:
        """There is nothing that runs."""

    def end(self) -> None:
        """There is nothing to stop."""

    def damage(self) -> str:
        """Its own check, and that of the references."""
        code = (
            "import sys; from venom_portal.sqlite import use_safe_sqlite; use_safe_sqlite(); import sqlite3;"
            "connection = sqlite3.connect(sys.argv[1]);"
            "print(*connection.execute('PRAGMA integrity_check(3)'), *connection.execute('PRAGMA foreign_key_check'))"
        )
        said = subprocess.run(
            [sys.executable, "-c", code, str(self._path)], cwd=PROJECT, capture_output=True, text=True, check=True
        ).stdout.strip()
        return "" if said == "('ok',)" else said

    @contextmanager
    def _holder(self, way: str) -> "Iterator[subprocess.Popen[str]]":
        """Run a process that has the write lock; it has ended afterwards."""
        holder = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.stage.sqlite_holder", str(self._path), way],
            cwd=PROJECT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        assert holder.stdin
        assert holder.stdout
        try:
            holder.stdout.readline()
            yield holder
        finally:
            with suppress(OSError):
                holder.stdin.close()
            holder.wait(timeout=30)
            holder.stdout.close()
