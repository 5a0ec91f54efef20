"""What is asked of a run, and what is answered: the same for every operation and every surface."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from workflows.states import Operation, ReasonCode, RunState


@dataclass(frozen=True)
class Request:
    """One operation on one run. ``options`` are what the operation alone understands, by name.

    ``ticket`` binds the operation to the effects that a preview showed; ``parent`` is the bulk operation that it is
    part of; ``operation_id`` is the id of its audit entry where that was chosen beforehand: no second operation can
    have it.
    """

    operation: Operation
    workflow_id: UUID
    step_id: str | None = None
    reason: str = ""
    metadata: Mapping[str, Any] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    ticket: str | None = None
    parent: UUID | None = None
    operation_id: UUID | None = None


@dataclass(frozen=True)
class Effect:
    """What an operation does to one step; ``count`` of them for a fan-out."""

    step_id: str
    effect: str
    reason: str
    count: int = 1


@dataclass(frozen=True)
class Preview:
    """What an operation would do now. ``ticket`` binds it, until ``expires_at``; ``None`` where it would be refused.

    ``estimated_seconds`` is how long the steps that would run took before; ``None``: they never ran.
    """

    operation: Operation
    workflow_id: UUID
    ticket: UUID | None
    expires_at: datetime | None
    allowed: bool
    reason_code: ReasonCode
    message: str
    effects: tuple[Effect, ...]
    estimated_seconds: float | None
    operation_id: UUID


@dataclass(frozen=True)
class Answer:
    """What came of an operation. ``status`` is the run's state after it, ``None`` where there is no such run."""

    workflow_id: UUID
    operation: Operation
    status: RunState | None
    reason_code: ReasonCode
    message: str
    timestamp: datetime
    metadata: Mapping[str, Any]
    allowed_operations: tuple[Operation, ...]
    operation_id: UUID

    @property
    def is_done(self) -> bool:
        """Whether it happened."""
        return self.reason_code in (ReasonCode.OPERATION_COMPLETED, ReasonCode.OPERATION_CANCELLED)
