"""The statements of the hot path, written out: what a step costs is what stands here.

Everything else goes through the ORM. A step of a chain takes ``lock_run``, ``record_success``, ``end_attempt``,
``count_down``, ``claim``, ``insert_attempt``, ``insert_events`` and ``update_run``: eight statements, one commit. They
are sent in two groups (``together``), the second with the commit, so that PostgreSQL answers twice instead of ten
times.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from audit.failpoints import seeded_bug
from workflows.models.step import NOT_AN_ITEM
from workflows.states import AttemptState, StepState


@dataclass(slots=True)
class RunRow:
    """A locked run: what is needed to move it on."""

    id: UUID
    plan_id: int
    status: str
    error: Any
    admission: str
    event_seq: int
    total: int
    done: int
    in_flight: int
    now: datetime
    """When it was read, by the database's clock: workers' own clocks may differ, and jump."""


class EventRow(NamedTuple):
    """An event that is about to be written."""

    seq: int
    kind: str
    step: str
    data: dict[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True)
class ClaimableRow:
    """A step as its next attempt finds it: ``token`` and ``number`` are those that the claim gives.

    ``is_free``: no attempt that was told to stop still holds its lease.
    """

    step_id: int
    key: str
    index: int
    task: str
    token: int
    number: int
    generation: int
    item: Any
    checkpoint: Any
    is_free: bool = True


class CountedRow(NamedTuple):
    """A step that waits for one step less than before, and what a claim of it would give."""

    step_id: int
    remaining: int
    status: str
    skip_reason: str
    claimable: ClaimableRow


class Answer:
    """What a statement gives: read it after ``together``, or wait for it."""

    def __init__(self, statement: str, values: Sequence[Any]) -> None:
        self._cursor = connection.cursor()
        self._cursor.execute(statement, values)
        # SQLite does not commit while rows wait to be read.
        self._rows = None if connection.vendor == "postgresql" else self._read()

    def rows(self) -> list[Any]:
        """Give the rows."""
        if self._rows is None:
            self._rows = self._read()
        return self._rows

    def _read(self) -> list[Any]:
        with self._cursor:
            return list(self._cursor.fetchall())


@contextmanager
def together() -> Iterator[None]:
    """Send the statements inside without waiting for the answer of each, where the database's driver can do that."""
    if connection.vendor != "postgresql":
        yield
        return
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.pipeline():
        yield


# SQLite knows milliseconds: compared as text with what is stored, one that has begun counts as a whole.
_NOW = {"postgresql": "clock_timestamp()", "sqlite": "STRFTIME('%%Y-%%m-%%d %%H:%%M:%%f999', 'NOW')"}
_LOCK_RUN = (
    "SELECT plan_id, status, error, admission, event_seq, total, done, in_flight, {now} "
    "FROM workflows_workflow WHERE id = %s"
)  # fmt: skip
_UPDATE_RUN = (
    "UPDATE workflows_workflow SET event_seq = %s, total = %s, done = %s, in_flight = %s, error = %s WHERE id = %s"
)
_SAME = ">=" if seeded_bug("ignore_token") else "="
_RECORD_SUCCESS = (
    f"UPDATE workflows_step SET status = '{StepState.SUCCEEDED}', output = %s, error = NULL, session_id = NULL, "
    f"finished_at = %s WHERE id = %s AND token {_SAME} %s AND status = '{StepState.RUNNING}' RETURNING id"
)
_END_ATTEMPT = "UPDATE workflows_attempt SET status = %s, finished_at = %s, dropped_log_lines = %s WHERE id = %s"
_COUNT_DOWN = (
    "UPDATE workflows_step SET remaining = remaining - 1 "
    f'WHERE workflow_id = %s AND "index" = {NOT_AN_ITEM} AND key IN ({{keys}}) AND remaining > 0 '
    'RETURNING id, remaining, status, skip_reason, key, "index", task, token + 1, attempt + 1, generation, item, '
    "checkpoint, session_id IS NULL"
)
_CLAIM = (
    f"UPDATE workflows_step SET status = '{StepState.RUNNING}', token = token + 1, attempt = attempt + 1, "
    "session_id = %s, started_at = %s, finished_at = NULL, due_at = NULL, progress = NULL "
    'WHERE {where} RETURNING id, key, "index", task, token, attempt, generation, item, checkpoint'
)
_CLAIM_FRESH = _CLAIM.format(where=f"id = %s AND status = '{StepState.PENDING}' AND session_id IS NULL")
_FREE = f"status IN ('{StepState.READY}', '{StepState.WAITING}') AND due_at <= {{now}} AND session_id IS NULL"
_GUARD = "COALESCE(due_at, started_at) <= {{now}}" if seeded_bug("unguarded_claim") else _FREE
_CLAIM_DUE = _CLAIM.format(where=f"id = %s AND {_GUARD} AND queue IN ({{queues}})")
_CLAIM_ANY = _CLAIM.format(
    where=(
        f"id = (SELECT id FROM workflows_step WHERE workflow_id = %s AND {_FREE} "
        "AND queue IN ({queues}) ORDER BY id LIMIT 1)"
    )
)
_INSERT_ATTEMPT = (
    "INSERT INTO workflows_attempt (step_id, workflow_id, number, generation, token, session_id, status, started_at, "
    f"stop_reason, traceback, dropped_log_lines, is_replay) VALUES (%s, %s, %s, %s, %s, %s, "
    f"'{AttemptState.RUNNING}', %s, '', '', 0, FALSE) RETURNING id"
)
_OUTRANKING = (
    f"SELECT 1 FROM workflows_step WHERE status IN ('{StepState.READY}', '{StepState.WAITING}') AND session_id IS NULL "
    "AND priority > (SELECT priority FROM workflows_workflow WHERE id = %s) AND queue IN ({queues}) LIMIT 1"
)
_HOLD_NAME = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"
_INSERT_EVENTS = "INSERT INTO workflows_event (workflow_id, seq, kind, step, data, at) VALUES "


def lock_run(workflow_id: UUID) -> Answer:
    """Lock a run until the transaction ends, and read it: one row for ``run_row``, or none."""
    suffix = " FOR UPDATE" if connection.features.has_select_for_update else ""
    return Answer(_LOCK_RUN.format(now=_NOW[connection.vendor]) + suffix, [_id(workflow_id)])


def run_row(workflow_id: UUID, answer: Answer) -> RunRow | None:
    """Read the answer of ``lock_run``."""
    for plan_id, status, error, admission, event_seq, total, done, in_flight, now in answer.rows():
        counters = (event_seq, total, done, in_flight)
        return RunRow(workflow_id, plan_id, status, _json(error), admission, *counters, _read_time(now))
    return None


def update_run(run: RunRow) -> None:
    """Write the counters of a locked run."""
    error = None if run.error is None else json.dumps(run.error)
    Answer(_UPDATE_RUN, [run.event_seq, run.total, run.done, run.in_flight, error, _id(run.id)])


def record_success(step_id: int, token: int, output: str, at: datetime) -> Answer:
    """Keep a step's output: one row; none where the lease has gone to somebody else."""
    return Answer(_RECORD_SUCCESS, [output, _time(at), step_id, token])


def end_attempt(attempt_id: int, status: AttemptState, at: datetime, dropped_log_lines: int) -> None:
    """Close an attempt that has nothing more to tell than how it ended."""
    Answer(_END_ATTEMPT, [status.value, _time(at), dropped_log_lines, attempt_id])


def count_down(workflow_id: UUID, keys: Sequence[str]) -> Answer:
    """Let these steps wait for one step less: rows for ``counted_rows``."""
    statement = _COUNT_DOWN.format(keys=", ".join(["%s"] * len(keys)))
    return Answer(statement, [_id(workflow_id), *keys])


def counted_rows(answer: Answer) -> list[CountedRow]:
    """Read the answer of ``count_down``, in the order of the graph."""
    rows = [
        CountedRow(step_id, remaining, status, skip_reason, _claimable(step_id, *rest))
        for step_id, remaining, status, skip_reason, *rest in answer.rows()
    ]
    return sorted(rows, key=lambda row: row.step_id)


def claim_fresh(step_id: int, session_id: UUID, at: datetime) -> Answer:
    """Claim a step that has just lost its last need, in the transaction in which it did."""
    return Answer(_CLAIM_FRESH, [_id(session_id), _time(at), step_id])


def claim_due(step_id: int, queues: Sequence[str], session_id: UUID, at: datetime) -> ClaimableRow | None:
    """Claim this step if it may be claimed and is in one of these queues."""
    return _claimed(_of_queues(_CLAIM_DUE, queues, [_id(session_id), _time(at), step_id]))


def claim_any(workflow_id: UUID, queues: Sequence[str], session_id: UUID, at: datetime) -> ClaimableRow | None:
    """Claim a run's first step in these queues that may be claimed."""
    return _claimed(_of_queues(_CLAIM_ANY, queues, [_id(session_id), _time(at), _id(workflow_id)]))


def is_outranked(workflow_id: UUID, queues: Sequence[str]) -> bool:
    """Tell whether these queues may have a step of a higher priority than this run: one look into an index."""
    return bool(_of_queues(_OUTRANKING, queues, [_id(workflow_id)]).rows())


def hold_names(names: Iterable[str]) -> None:
    """Let nobody else hold these names until the transaction ends; on SQLite whoever writes is alone anyway."""
    if connection.vendor == "postgresql":
        for name in sorted(names):  # always in one order, so that two never wait for each other
            Answer(_HOLD_NAME, [name]).rows()


def insert_attempt(workflow_id: UUID, claimed: ClaimableRow, session_id: UUID, at: datetime) -> Answer:
    """Open the attempt of a claimed step: one row with its id."""
    values = [
        claimed.step_id,
        _id(workflow_id),
        claimed.number,
        claimed.generation,
        claimed.token,
        _id(session_id),
        _time(at),
    ]
    return Answer(_INSERT_ATTEMPT, values)


def insert_events(workflow_id: UUID, events: Sequence[EventRow]) -> None:
    """Append to a run's history."""
    owner = _id(workflow_id)
    values = [
        value
        for event in events
        for value in (owner, event.seq, event.kind, event.step, json.dumps(event.data), _time(event.at))
    ]
    Answer(_INSERT_EVENTS + ", ".join(["(%s, %s, %s, %s, %s, %s)"] * len(events)), values)


def _of_queues(statement: str, queues: Sequence[str], values: Sequence[Any]) -> Answer:
    names = ", ".join(["%s"] * len(queues))
    return Answer(statement.format(queues=names, now=_NOW[connection.vendor]), [*values, *queues])


def _claimed(answer: Answer) -> ClaimableRow | None:
    for row in answer.rows():
        return _claimable(*row)
    return None


def _claimable(
    step_id: int,
    key: str,
    index: int,
    task: str,
    token: int,
    number: int,
    generation: int,
    item: Any,
    checkpoint: Any,
    is_free: Any = True,
) -> ClaimableRow:
    return ClaimableRow(
        step_id, key, index, task, token, number, generation, _json(item), _json(checkpoint), bool(is_free)
    )


def _id(value: UUID) -> Any:
    return value if connection.features.has_native_uuid_field else value.hex


def _time(value: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(value)


def _read_time(value: datetime | str) -> datetime:
    """Read the database's time; what is made of SQLite's is never ahead of it."""
    if isinstance(value, str):
        return datetime.fromisoformat(value[:-3]).replace(tzinfo=UTC)
    return value.astimezone(UTC)


def _json(value: Any) -> Any:
    """Read a JSON column: both databases hand it over as text, as Django tells the driver to."""
    return json.loads(value) if isinstance(value, str) else value
