"""Taking leases away from a session that does not need them or has lost them."""

from uuid import UUID

from workflows.engine.conclude import conclude
from workflows.engine.move import Move
from workflows.engine.plans import graph_of
from workflows.engine.transaction import locked_run
from workflows.models import Attempt, Step
from workflows.states import AttemptState, StepState


def release_leases(session_id: UUID, ended_as: AttemptState) -> int:
    """Let other workers claim the steps that a session holds; give how many these were.

    The token rises, so that a report which still comes is late. It counts as no failure of the step.
    """
    held = list(Step.objects.filter(session_id=session_id).values_list("workflow_id", "pk"))
    return sum(_release(workflow_id, step_id, session_id, ended_as) for workflow_id, step_id in held)


def _release(workflow_id: UUID, step_id: int, session_id: UUID, ended_as: AttemptState) -> bool:
    with locked_run(workflow_id) as move:
        step = Step.objects.filter(pk=step_id, session_id=session_id, status=StepState.RUNNING).first()
        if step is None:
            return False
        step.token += 1
        step.session = None
        step.status = StepState.READY if move.may_claim else StepState.PENDING
        step.due_at = move.now
        step.announced_at = move.now
        step.save(update_fields=["token", "session", "status", "due_at", "announced_at"])
        _end_attempt(move, step, ended_as)
        conclude(move, graph_of(move.run.plan_id))
        return True


def _end_attempt(move: Move, step: Step, ended_as: AttemptState) -> None:
    Attempt.objects.filter(step=step, number=step.attempt, status=AttemptState.RUNNING).update(
        status=ended_as, finished_at=move.now
    )
    move.run.in_flight -= 1
    move.tell(f"step_{ended_as}", step.wire_id, attempt=step.attempt)
    if move.may_claim:
        move.announce(step.pk)
