"""Flows whose steps are careless with what they share with their worker: errors, log calls, database connections."""

import asyncio
import logging

from django.db import connection, transaction

from workflows.authoring import current, step, workflow


class MuteError(Exception):
    """An error that cannot be told."""

    def __str__(self) -> str:
        raise TypeError("no text")


ODD = {
    "surrogate": ValueError("cannot read caf\udce9.txt"),
    "nul": ValueError("bad line: a\0b"),
    "mute": MuteError(),
    "cancelled": asyncio.CancelledError(),
    "keyboard": KeyboardInterrupt(),
    "generator": GeneratorExit(),
    "exit": SystemExit(1),
}
"""Errors that are hard to keep, or that only look as if the process had to end."""


@step(retries=3, backoff=0.0)
def raise_at_first(kind: str) -> int:
    if current().attempt < 2:
        raise ODD[kind]
    return current().attempt


@workflow(title="Raises odd errors")
def odd_errors(kind: str):
    return raise_at_first(kind)


@step
def leave_open(how: str) -> int:
    connection.ensure_connection()
    if how == "atomic":
        transaction.atomic().__enter__()
    elif how == "autocommit":
        connection.set_autocommit(False)
    else:
        connection.cursor().execute("BEGIN")
    return 1


@workflow(title="Leaves a transaction open")
def leaves_open(how: str):
    return leave_open(how)


@step
def fail_half_way() -> int:
    transaction.atomic().__enter__()
    raise ValueError("half way")


@workflow(title="Fails within a transaction that stays open")
def fails_half_way():
    return fail_half_way()


@step(timeout=0.5)
def ask_for_long(seconds: float) -> int:
    """Wait for the database, in a transaction of its own."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(%s)", [seconds])
    return 1


@workflow(title="Waits for the database for too long")
def long_query(seconds: float = 30.0):
    return ask_for_long(seconds)


@step(timeout=0.5)
def say_and_go() -> int:
    print("done")
    return 1


@workflow(title="Is done long before its time")
def brief():
    return say_and_go()


@step
def log_wrongly() -> int:
    logging.getLogger("library").info("%d items", "three")
    logging.getLogger("library\0").log(10**9, "far too loud")
    return 1


@workflow(title="Logs in a wrong way")
def sloppy():
    return log_wrongly()
