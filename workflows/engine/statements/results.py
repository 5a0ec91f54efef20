"""Keeping what came of a step, and counting down what waits for it."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from audit.failpoints import seeded_bug
from workflows.engine.statements.answer import Answer, as_id, as_time
from workflows.engine.statements.claims import ClaimableRow, claimable_row
from workflows.models.step import NOT_AN_ITEM
from workflows.states import AttemptState, StepState

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


class CountedRow(NamedTuple):
    """A step that waits for one step less than before, and what a claim of it would give."""

    step_id: int
    remaining: int
    status: str
    skip_reason: str
    claimable: ClaimableRow


def record_success(step_id: int, token: int, output: str, at: datetime) -> Answer:
    """Keep a step's output: one row; none where the lease has gone to somebody else."""
    return Answer(_RECORD_SUCCESS, [output, as_time(at), step_id, token])


def end_attempt(attempt_id: int, status: AttemptState, at: datetime, dropped_log_lines: int) -> None:
    """Close an attempt that has nothing more to tell than how it ended."""
    Answer(_END_ATTEMPT, [status.value, as_time(at), dropped_log_lines, attempt_id])


def count_down(workflow_id: UUID, keys: Sequence[str]) -> Answer:
    """Let these steps wait for one step less: rows for ``counted_rows``."""
    statement = _COUNT_DOWN.format(keys=", ".join(["%s"] * len(keys)))
    return Answer(statement, [as_id(workflow_id), *keys])


def counted_rows(answer: Answer) -> list[CountedRow]:
    """Read the answer of ``count_down``, in the order of the graph."""
    rows = [
        CountedRow(step_id, remaining, status, skip_reason, claimable_row(step_id, *rest))
        for step_id, remaining, status, skip_reason, *rest in answer.rows()
    ]
    return sorted(rows, key=lambda row: row.step_id)
