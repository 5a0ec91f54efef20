"""Claiming a step: one guarded statement that raises its token, and the attempt that it opens."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from audit.failpoints import seeded_bug
from workflows.engine.statements.answer import NOW, Answer, as_id, as_time, read_json
from workflows.states import AttemptState, StepState

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


def claim_fresh(step_id: int, session_id: UUID, at: datetime) -> Answer:
    """Claim a step that has just lost its last need, in the transaction in which it did."""
    return Answer(_CLAIM_FRESH, [as_id(session_id), as_time(at), step_id])


def claim_due(step_id: int, queues: Sequence[str], session_id: UUID, at: datetime) -> ClaimableRow | None:
    """Claim this step if it may be claimed and is in one of these queues."""
    return _claimed(_of_queues(_CLAIM_DUE, queues, [as_id(session_id), as_time(at), step_id]))


def claim_any(workflow_id: UUID, queues: Sequence[str], session_id: UUID, at: datetime) -> ClaimableRow | None:
    """Claim a run's first step in these queues that may be claimed."""
    return _claimed(_of_queues(_CLAIM_ANY, queues, [as_id(session_id), as_time(at), as_id(workflow_id)]))


def is_outranked(workflow_id: UUID, queues: Sequence[str]) -> bool:
    """Tell whether these queues may have a step of a higher priority than this run: one look into an index."""
    return bool(_of_queues(_OUTRANKING, queues, [as_id(workflow_id)]).rows())


def insert_attempt(workflow_id: UUID, claimed: ClaimableRow, session_id: UUID, at: datetime) -> Answer:
    """Open the attempt of a claimed step: one row with its id."""
    values = [
        claimed.step_id,
        as_id(workflow_id),
        claimed.number,
        claimed.generation,
        claimed.token,
        as_id(session_id),
        as_time(at),
    ]
    return Answer(_INSERT_ATTEMPT, values)


def claimable_row(
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
    """Read a row of the columns that claims give."""
    return ClaimableRow(
        step_id, key, index, task, token, number, generation, read_json(item), read_json(checkpoint), bool(is_free)
    )


def _of_queues(statement: str, queues: Sequence[str], values: Sequence[Any]) -> Answer:
    names = ", ".join(["%s"] * len(queues))
    return Answer(statement.format(queues=names, now=NOW[connection.vendor]), [*values, *queues])


def _claimed(answer: Answer) -> ClaimableRow | None:
    for row in answer.rows():
        return claimable_row(*row)
    return None
