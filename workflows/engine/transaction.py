"""The one way in which the engine writes: a transaction that holds the run's lock."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from workflows.engine.move import Move
from workflows.engine.statements import Answer, lock_run, run_row

# SQLite lets newcomers pass writers that wait; inside one process they queue here instead.
_sqlite_writers = threading.RLock()


class RunNotFound(LookupError):  # noqa: N818 (says what happened)
    """There is no run of this id."""


@contextmanager
def writing() -> Iterator[ExitStack]:
    """Open a transaction that writes; on SQLite it holds the database's write lock from its first statement.

    What is entered on the stack that it gives is left after the commit, and what was to be done on commit is done only
    then, with nothing of the transaction held any more.
    """
    queue = _sqlite_writers if connection.vendor == "sqlite" else nullcontext()
    is_outermost = not connection.in_atomic_block
    hooks: list[Any] = []
    with queue, ExitStack() as until_committed, transaction.atomic():
        yield until_committed
        if is_outermost and not connection.needs_rollback:
            hooks, connection.run_on_commit = connection.run_on_commit, []
    if hooks:
        connection.run_on_commit = hooks
        connection.run_and_clear_commit_hooks()


@contextmanager
def locked_run(workflow_id: UUID) -> Iterator[Move]:
    """Lock a run and read it; what the caller notes on the move is written at the end, in the same transaction.

    Whoever changes steps holds this lock first, so that locks are always taken in one order.

    Raises:
        RunNotFound: there is no such run.
    """
    with writing() as until_committed:
        move = move_of(workflow_id, lock_run(workflow_id))
        yield move
        move.write(until_committed)


def move_of(workflow_id: UUID, answer: Answer) -> Move:
    """Give the move of a run from the answer of its lock.

    Raises:
        RunNotFound: there is no such run.
    """
    run = run_row(workflow_id, answer)
    if run is None:
        raise RunNotFound(workflow_id)
    return Move(run)
