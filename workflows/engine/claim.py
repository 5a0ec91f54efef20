"""Taking a step: the lease, the fencing token and the attempt that go with it."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from audit.failpoints import crash_point
from workflows.engine import statements
from workflows.engine.move import Move
from workflows.engine.statements import ClaimableRow
from workflows.engine.transaction import RunNotFound, locked_run
from workflows.engine.urgency import most_urgent, overdue_in_its_turn, served_queues
from workflows.models.step import wire_id

BEGIN_WITHIN = 0.1
"""Seconds from a claim within which a step's code begins; a worker that takes longer asks again before it begins."""


@dataclass(frozen=True)
class Claim:
    """A step that this worker holds until it reports, or until its lease goes to somebody else.

    ``known`` are outputs that the worker has in hand already and need not read.
    """

    workflow_id: UUID
    plan_id: int
    step_id: int
    attempt_id: int
    session_id: UUID
    key: str
    index: int
    task: str
    number: int
    generation: int
    token: int
    item: Any
    checkpoint: Any
    at: datetime
    """When the claim was made, by the database's clock."""
    known: Mapping[str, Any] = field(default_factory=dict)
    claimed_at: float = field(default_factory=time.monotonic)
    """When this process learned of the claim, on its own clock, in seconds."""

    def now(self) -> datetime:
        """Give the time by the database's clock, as this process can tell it without asking, and never ahead of it."""
        now = self.at + timedelta(seconds=time.monotonic() - self.claimed_at)
        return now.replace(microsecond=now.microsecond // 1000 * 1000)

    @property
    def wire_id(self) -> str:
        """The step's id as clients see it."""
        return wire_id(self.key, self.index)


def claim_next(workflow_id: UUID, step_id: int | None, session_id: UUID) -> Claim | None:
    """Answer a message: claim the step that it names, unless a more urgent one is due in a queue that is served here.

    Where the step is gone, the message is good for the most urgent that is due; ``None``: nothing is.
    """
    return (
        _claim_first(overdue_in_its_turn(), session_id)
        or _claim_first(most_urgent(above=workflow_id), session_id)
        or claim_step(workflow_id, step_id, session_id)
        or claim_most_urgent(session_id)
    )


def claim_most_urgent(session_id: UUID) -> Claim | None:
    """Claim the most urgent step that is due in a queue that is served here, without having been told of any."""
    return _claim_first(most_urgent(), session_id)


def _claim_first(found: list[tuple[UUID, int]], session_id: UUID) -> Claim | None:
    """Claim the first of these that nobody else was faster to claim."""
    return next((claim for place in found if (claim := claim_step(*place, session_id))), None)


def claim_step(workflow_id: UUID, step_id: int | None, session_id: UUID) -> Claim | None:
    """Claim this step of a run, or any other that is due where somebody else has it; ``None``: nothing is to be had.

    Only steps in queues that are served here are claimed.
    """
    try:
        with locked_run(workflow_id) as move:
            if move.may_claim:
                take_due(move, step_id, session_id)
            crash_point("claim.before_commit")
    except RunNotFound:
        return None
    crash_point("claim.after_commit")
    return claim_of(move)


def take_due(move: Move, step_id: int | None, session_id: UUID) -> None:
    """Claim this step, or any that is due, in the transaction of the move."""
    queues = served_queues()
    row = statements.claim_due(step_id, queues, session_id, move.now) if step_id else None
    row = row or statements.claim_any(move.workflow_id, queues, session_id, move.now)
    if row:
        move.take(row, session_id, is_fresh=False)


def claim_of(move: Move, known: Mapping[str, Any] | None = None) -> Claim | None:
    """Give what a written move has claimed."""
    taken = move.taken
    if taken is None:
        return None
    return build_claim(
        move.workflow_id, move.run.plan_id, taken.session_id, taken.attempt_id(), taken.row, move.now, known
    )


def build_claim(
    workflow_id: UUID,
    plan_id: int,
    session_id: UUID,
    attempt_id: int,
    row: ClaimableRow,
    at: datetime,
    known: Mapping[str, Any] | None = None,
) -> Claim:
    """Put together what a worker needs to know of the attempt that it has opened."""
    return Claim(
        workflow_id=workflow_id,
        plan_id=plan_id,
        step_id=row.step_id,
        attempt_id=attempt_id,
        session_id=session_id,
        key=row.key,
        index=row.index,
        task=row.task,
        number=row.number,
        generation=row.generation,
        token=row.token,
        item=row.item,
        checkpoint=row.checkpoint,
        at=at,
        known=known or {},
    )
