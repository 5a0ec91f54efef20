"""A step that has failed for good."""

from typing import TYPE_CHECKING

from workflows.engine.move import Move
from workflows.states import RunState, StepState

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from workflows.models import Step


def give_up(
    move: Move, held: "QuerySet[Step]", wire_id: str, attempt: int, code: str, message: str, **counted: int
) -> None:
    """Let the step fail with its attempt's error, and its run with it, which drains first.

    ``held`` is the step while the attempt holds it; ``counted`` are its counters, as they are with this attempt.
    """
    error = {"code": code, "message": message}
    held.update(status=StepState.FAILED, error=error, session=None, due_at=None, finished_at=move.now, **counted)
    move.tell("step_failed", wire_id, attempt=attempt, code=code)
    if move.run.status == RunState.RUNNING:  # of a paused run it is decided when it goes on
        move.begin_to_fail(wire_id, code, message)
