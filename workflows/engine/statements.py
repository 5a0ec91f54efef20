"""The statements of the hot path, written out: what a step costs is what stands here.

Everything else goes through the ORM. A step of a chain takes ``lock_run``, ``record_success``, ``end_attempt``,
``count_down``, ``claim``, ``insert_attempt``, ``insert_events`` and ``update_run``: eight statements, one commit.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from workflows.models.step import NOT_AN_ITEM
from workflows.states import AttemptState, StepState


@dataclass(slots=True)
class RunRow:
    """A locked run: what is needed to move it on."""

    id: UUID
    plan_id: int
    status: str
    error: Any
    event_seq: int
    total: int
    done: int
    in_flight: int


class EventRow(NamedTuple):
    """An event that is about to be written."""

    seq: int
    kind: str
    step: str
    data: dict[str, Any]
    at: datetime


class ClaimedRow(NamedTuple):
    """A step as it was claimed."""

    step_id: int
    key: str
    index: int
    task: str
    token: int
    number: int
    generation: int
    item: Any
    checkpoint: Any


class CountedRow(NamedTuple):
    """A step that waits for one step less than before."""

    step_id: int
    key: str
    remaining: int


_LOCK_RUN = (
    "SELECT plan_id, status, error, event_seq, total, done, in_flight FROM workflows_workflow WHERE id = %s"
)  # fmt: skip
_UPDATE_RUN = (
    "UPDATE workflows_workflow SET event_seq = %s, total = %s, done = %s, in_flight = %s, error = %s WHERE id = %s"
)
_RECORD_SUCCESS = (
    f"UPDATE workflows_step SET status = '{StepState.SUCCEEDED}', output = %s, error = NULL, session_id = NULL, "
    f"finished_at = %s WHERE id = %s AND token = %s AND status = '{StepState.RUNNING}'"
)
_END_ATTEMPT = "UPDATE workflows_attempt SET status = %s, finished_at = %s, dropped_log_lines = %s WHERE id = %s"
_COUNT_DOWN = (
    "UPDATE workflows_step SET remaining = remaining - 1 "
    f"WHERE workflow_id = %s AND \"index\" = {NOT_AN_ITEM} AND key IN ({{keys}}) AND remaining > 0 "
    "RETURNING id, key, remaining"
)
_CLAIM = (
    f"UPDATE workflows_step SET status = '{StepState.RUNNING}', token = token + 1, attempt = attempt + 1, "
    "session_id = %s, started_at = %s, finished_at = NULL, due_at = NULL, progress = NULL "
    "WHERE {where} RETURNING id, key, \"index\", task, token, attempt, generation, item, checkpoint"
)
_CLAIM_FRESH = _CLAIM.format(where=f"id = %s AND status = '{StepState.PENDING}'")
_CLAIM_DUE = _CLAIM.format(
    where=f"id = %s AND status IN ('{StepState.READY}', '{StepState.WAITING}') AND due_at <= %s"
)
_CLAIM_ANY = _CLAIM.format(
    where=(
        "id = (SELECT id FROM workflows_step WHERE workflow_id = %s "
        f"AND status IN ('{StepState.READY}', '{StepState.WAITING}') AND due_at <= %s ORDER BY id LIMIT 1)"
    )
)
_INSERT_ATTEMPT = (
    "INSERT INTO workflows_attempt (step_id, workflow_id, number, generation, token, session_id, status, started_at, "
    f"stop_reason, traceback, dropped_log_lines) VALUES (%s, %s, %s, %s, %s, %s, '{AttemptState.RUNNING}', %s, "
    "'', '', 0) RETURNING id"
)
_INSERT_EVENTS = "INSERT INTO workflows_event (workflow_id, seq, kind, step, data, at) VALUES "


def lock_run(workflow_id: UUID) -> RunRow | None:
    """Lock a run until the transaction ends, and read it."""
    suffix = " FOR UPDATE" if connection.features.has_select_for_update else ""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK_RUN + suffix, [_id(workflow_id)])
        row = cursor.fetchone()
    if row is None:
        return None
    plan_id, status, error, event_seq, total, done, in_flight = row
    return RunRow(workflow_id, plan_id, status, _json(error), event_seq, total, done, in_flight)


def update_run(run: RunRow) -> None:
    """Write the counters of a locked run."""
    error = None if run.error is None else json.dumps(run.error)
    with connection.cursor() as cursor:
        cursor.execute(_UPDATE_RUN, [run.event_seq, run.total, run.done, run.in_flight, error, _id(run.id)])


def record_success(step_id: int, token: int, output: str, at: datetime) -> bool:
    """Keep a step's output; ``False``: the lease has gone to somebody else, and nothing was changed."""
    with connection.cursor() as cursor:
        cursor.execute(_RECORD_SUCCESS, [output, _time(at), step_id, token])
        return bool(cursor.rowcount == 1)


def end_attempt(attempt_id: int, status: AttemptState, at: datetime, dropped_log_lines: int) -> None:
    """Close an attempt that has nothing more to tell than how it ended."""
    with connection.cursor() as cursor:
        cursor.execute(_END_ATTEMPT, [status.value, _time(at), dropped_log_lines, attempt_id])


def count_down(workflow_id: UUID, keys: Sequence[str]) -> list[CountedRow]:
    """Let these steps wait for one step less."""
    statement = _COUNT_DOWN.format(keys=", ".join(["%s"] * len(keys)))
    with connection.cursor() as cursor:
        cursor.execute(statement, [_id(workflow_id), *keys])
        return [CountedRow(*row) for row in cursor.fetchall()]


def claim_fresh(step_id: int, session_id: UUID, at: datetime) -> ClaimedRow | None:
    """Claim a step that has just lost its last need, in the transaction in which it did."""
    return _claim(_CLAIM_FRESH, [_id(session_id), _time(at), step_id])


def claim_due(step_id: int, session_id: UUID, at: datetime) -> ClaimedRow | None:
    """Claim this step if it may be claimed."""
    return _claim(_CLAIM_DUE, [_id(session_id), _time(at), step_id, _time(at)])


def claim_any(workflow_id: UUID, session_id: UUID, at: datetime) -> ClaimedRow | None:
    """Claim a run's first step that may be claimed."""
    return _claim(_CLAIM_ANY, [_id(session_id), _time(at), _id(workflow_id), _time(at)])


def insert_attempt(workflow_id: UUID, claimed: ClaimedRow, session_id: UUID, at: datetime) -> int:
    """Open the attempt of a claimed step and give its id."""
    values = [
        claimed.step_id,
        _id(workflow_id),
        claimed.number,
        claimed.generation,
        claimed.token,
        _id(session_id),
        _time(at),
    ]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT_ATTEMPT, values)
        return int(cursor.fetchone()[0])


def insert_events(workflow_id: UUID, events: Sequence[EventRow]) -> None:
    """Append to a run's history."""
    owner = _id(workflow_id)
    values = [
        value
        for event in events
        for value in (owner, event.seq, event.kind, event.step, json.dumps(event.data), _time(event.at))
    ]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT_EVENTS + ", ".join(["(%s, %s, %s, %s, %s, %s)"] * len(events)), values)


def _claim(statement: str, values: list[Any]) -> ClaimedRow | None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        row = cursor.fetchone()
    return ClaimedRow(*row[:7], _json(row[7]), _json(row[8])) if row else None


def _id(value: UUID) -> Any:
    return value if connection.features.has_native_uuid_field else value.hex


def _time(value: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(value)


def _json(value: Any) -> Any:
    """Read a JSON column: both databases hand it over as text, as Django tells the driver to."""
    return json.loads(value) if isinstance(value, str) else value
