"""Taking a step: the lease, the fencing token and the attempt that go with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from workflows.engine import statements
from workflows.engine.move import Move
from workflows.engine.statements import ClaimedRow
from workflows.engine.transaction import RunNotFound, locked_run
from workflows.models.step import wire_id


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
    known: Mapping[str, Any] = field(default_factory=dict)

    @property
    def wire_id(self) -> str:
        """The step's id as clients see it."""
        return wire_id(self.key, self.index)


def claim_step(workflow_id: UUID, step_id: int | None, session_id: UUID) -> Claim | None:
    """Claim this step of a run, or any other that is due where somebody else has it; ``None``: nothing is to be had."""
    try:
        with locked_run(workflow_id) as move:
            if not move.may_claim:
                return None
            row = statements.claim_due(step_id, session_id, move.now) if step_id else None
            row = row or statements.claim_any(workflow_id, session_id, move.now)
            return _open(move, row, session_id) if row else None
    except RunNotFound:
        return None


def claim_next(move: Move, fresh: list[int], session_id: UUID, known: Mapping[str, Any]) -> Claim | None:
    """Claim, in the transaction that ended a step, one that has just become ready, or else any that is due."""
    if fresh:
        row = statements.claim_fresh(fresh.pop(0), session_id, move.now)
    else:
        row = statements.claim_any(move.workflow_id, session_id, move.now)
    return _open(move, row, session_id, known) if row else None


def _open(move: Move, row: ClaimedRow, session_id: UUID, known: Mapping[str, Any] | None = None) -> Claim:
    attempt_id = statements.insert_attempt(move.workflow_id, row, session_id, move.now)
    move.run.in_flight += 1
    move.tell("step_started", wire_id(row.key, row.index), attempt=row.number)
    return Claim(
        workflow_id=move.workflow_id,
        plan_id=move.run.plan_id,
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
        known=known or {},
    )
