"""Taking leases away from a session that does not need them or has lost them."""

from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext as _

from workflows.engine.conclude import conclude
from workflows.engine.give_up import give_up
from workflows.engine.move import Move
from workflows.engine.plans import graph_of
from workflows.engine.transaction import locked_run
from workflows.models import Attempt, Session, Step
from workflows.states import CLAIMABLE, AttemptState, StepState

KILLS_ALLOWED = 3
"""Workers that may be lost under a step, in one generation, before it fails for good."""


def release_leases(session_id: UUID, ended_as: AttemptState) -> int:
    """Let other workers claim the steps that a session holds; give how many these were.

    The token rises, so that a report which still comes is late. It counts as no failure of the step.
    """
    held = list(Step.objects.filter(session_id=session_id).values_list("workflow_id", "pk"))
    return sum(release_lease(workflow_id, step_id, session_id, ended_as) for workflow_id, step_id in held)


def release_lease(workflow_id: UUID, step_id: int, session_id: UUID, ended_as: AttemptState) -> bool:
    """End a session's attempt at a step; ``False``: it does not hold the step any more.

    A step under which the last of ``KILLS_ALLOWED`` workers was lost fails for good.
    """
    with locked_run(workflow_id) as move:
        step = Step.objects.filter(pk=step_id, session_id=session_id).first()
        if step is None:
            return False
        number = _end_attempt(move, step, session_id, ended_as)
        if step.status == StepState.RUNNING:
            _put_back(move, step)
            if ended_as == AttemptState.LOST:
                _count_kill(move, step, number)
        end_lease(move, step_id, session_id)
        conclude(move, graph_of(move.run.plan_id))
        return True


def end_lease(move: Move, step_id: int, session_id: UUID) -> None:
    """Note that an attempt in flight has ended without a result: its step may be claimed again, if it is to be."""
    move.run.in_flight -= 1
    Step.objects.filter(pk=step_id, session_id=session_id).exclude(status=StepState.RUNNING).update(session=None)
    queue = Step.objects.filter(pk=step_id, status__in=CLAIMABLE).values_list("queue", flat=True).first()
    if move.may_claim and queue is not None:
        move.announce(step_id, queue=queue)


def _end_attempt(move: Move, step: Step, session_id: UUID, ended_as: AttemptState) -> int:
    running = Attempt.objects.filter(step=step, session_id=session_id, status=AttemptState.RUNNING)
    numbers = list(running.values_list("number", flat=True))
    facts = _last_sign_of(session_id) if ended_as == AttemptState.LOST else {}
    for number in numbers:
        move.tell(f"step_{ended_as}", step.wire_id, attempt=number, **facts)
    running.update(status=ended_as, finished_at=move.now)
    return numbers[-1] if numbers else step.attempt


def _last_sign_of(session_id: UUID) -> dict[str, Any]:
    """Say which worker was lost and when it was last heard of: what the recovery took is counted from there."""
    session = Session.objects.get(pk=session_id)
    return {"worker": str(session), "heartbeat_at": session.heartbeat_at.isoformat()}


def _put_back(move: Move, step: Step) -> None:
    Step.objects.filter(pk=step.pk).update(
        token=F("token") + 1, status=StepState.READY, due_at=move.now, announced_at=move.now
    )


def _count_kill(move: Move, step: Step, number: int) -> None:
    kills = step.kills + 1
    row = Step.objects.filter(pk=step.pk)
    if kills < KILLS_ALLOWED:
        row.update(kills=kills)
        return
    message = _(
        "the worker was lost %(count)s times while it ran this step; see whether the step ends its process or takes "
        "too much memory, then retry"
    ) % {"count": kills}
    give_up(move, row, step.wire_id, number, "worker_lost", message, kills=kills)
