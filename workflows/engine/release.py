"""Taking leases away from a session that does not need them or has lost them."""

from uuid import UUID

from workflows.engine.conclude import conclude
from workflows.engine.move import Move
from workflows.engine.plans import graph_of
from workflows.engine.transaction import locked_run
from workflows.models import Attempt, Step
from workflows.states import CLAIMABLE, AttemptState, StepState


def release_leases(session_id: UUID, ended_as: AttemptState) -> int:
    """Let other workers claim the steps that a session holds; give how many these were.

    The token rises, so that a report which still comes is late. It counts as no failure of the step.
    """
    held = list(Step.objects.filter(session_id=session_id).values_list("workflow_id", "pk"))
    return sum(release_lease(workflow_id, step_id, session_id, ended_as) for workflow_id, step_id in held)


def release_lease(workflow_id: UUID, step_id: int, session_id: UUID, ended_as: AttemptState) -> bool:
    """End a session's attempt at a step; ``False``: it does not hold the step any more."""
    with locked_run(workflow_id) as move:
        step = Step.objects.filter(pk=step_id, session_id=session_id).first()
        if step is None:
            return False
        if step.status == StepState.RUNNING:
            step.token += 1
            step.status = StepState.READY
            step.due_at = step.announced_at = move.now
            step.save(update_fields=["token", "status", "due_at", "announced_at"])
        attempt = Attempt.objects.filter(step=step, session_id=session_id, status=AttemptState.RUNNING)
        for number in attempt.values_list("number", flat=True):
            move.tell(f"step_{ended_as}", step.wire_id, attempt=number)
        attempt.update(status=ended_as, finished_at=move.now)
        end_lease(move, step_id, session_id)
        conclude(move, graph_of(move.run.plan_id))
        return True


def end_lease(move: Move, step_id: int, session_id: UUID) -> None:
    """Note that an attempt in flight has ended without a result: its step may be claimed again, if it is to be."""
    move.run.in_flight -= 1
    Step.objects.filter(pk=step_id, session_id=session_id).exclude(status=StepState.RUNNING).update(session=None)
    if move.may_claim and Step.objects.filter(pk=step_id, status__in=CLAIMABLE).exists():
        move.announce(step_id)
