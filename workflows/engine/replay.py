"""Replays: attempts whose result is kept beside the step's, and moves nothing."""

from datetime import timedelta
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from workflows.dispatch import wake_replay, wake_replay_on_commit
from workflows.engine.claim import Claim, build_claim
from workflows.engine.database_time import DatabaseNow
from workflows.engine.move import Move
from workflows.engine.outcome import Failed, Outcome, Succeeded
from workflows.engine.statements import ClaimableRow
from workflows.engine.transaction import locked_run, writing
from workflows.engine.urgency import served_queues
from workflows.models import Attempt, Step
from workflows.states import AttemptState

PATIENCE = timedelta(seconds=5)
_AT_ONCE = 100


def queue_replay(move: Move, step: Step) -> Attempt:
    """Queue one more attempt of a step."""
    number = step.attempt + 1
    Step.objects.filter(pk=step.pk).update(attempt=F("attempt") + 1)
    attempt = Attempt.objects.create(
        step=step,
        workflow_id=move.workflow_id,
        number=number,
        generation=step.generation,
        token=step.token,
        status=AttemptState.QUEUED,
        is_replay=True,
        announced_at=move.now,
    )
    move.tell("replay_queued", step.wire_id, attempt=number)
    wake_replay_on_commit(attempt.pk, step.queue)
    return attempt


def claim_replay(attempt_id: int, session_id: UUID) -> Claim | None:
    """Take a queued replay; ``None``: somebody else has it, or its queue is not served here."""
    with writing():
        # Not through a join: PostgreSQL would look for the row in a subquery, and not again after waiting for its lock.
        served = Exists(Step.objects.filter(pk=OuterRef("step_id"), queue__in=served_queues()))
        waiting = Attempt.objects.filter(served, pk=attempt_id, status=AttemptState.QUEUED)
        taken = waiting.update(status=AttemptState.RUNNING, session_id=session_id, started_at=DatabaseNow())
        if not taken:
            return None
        attempt = Attempt.objects.select_related("step", "workflow").get(pk=attempt_id)
    step = attempt.step
    # It begins without a checkpoint, as the first attempt did.
    row = ClaimableRow(
        step.pk, step.key, step.index, step.task, attempt.token, attempt.number, attempt.generation, step.item, None
    )
    assert attempt.started_at  # noqa: S101 (set above)
    plan_id = attempt.workflow.plan_id
    return build_claim(attempt.workflow_id, plan_id, session_id, attempt_id, row, attempt.started_at)


def finish_replay(claim: Claim, outcome: Outcome) -> None:
    """Keep what came of a replay with its attempt."""
    with locked_run(claim.workflow_id) as move:
        attempt = Attempt.objects.filter(pk=claim.attempt_id, status=AttemptState.RUNNING).first()
        if attempt is None:
            return
        attempt.finished_at = move.now
        attempt.dropped_log_lines = outcome.dropped_log_lines
        if isinstance(outcome, Succeeded):
            attempt.status, attempt.output = AttemptState.SUCCEEDED, outcome.value
        elif isinstance(outcome, Failed):
            attempt.status, attempt.traceback = outcome.state, outcome.traceback
            attempt.error = {"code": outcome.code, "message": outcome.message}
        else:
            attempt.status = AttemptState.INTERRUPTED
        attempt.save()
        move.tell("replay_ended", claim.wire_id, attempt=claim.number, status=attempt.status)


def find_waiting_replay() -> int | None:
    """Give a replay in a queue that is served here which nobody has come for; ``None``: there is none."""
    waiting = _left_alone().filter(step__queue__in=served_queues())
    return waiting.order_by("pk").values_list("pk", flat=True).first()


def announce_replays() -> int:
    """Announce replays that nobody has come for; give how many these were."""
    queues: dict[str, list[int]] = {}
    for attempt_id, queue in _left_alone().order_by("pk").values_list("pk", "step__queue")[:_AT_ONCE]:
        queues.setdefault(queue, []).append(attempt_id)
    sent = [pk for queue, ids in queues.items() for pk in ids[: wake_replay(ids, queue) or 0]]
    Attempt.objects.filter(pk__in=sent, status=AttemptState.QUEUED).update(announced_at=DatabaseNow())
    return len(sent)


def _left_alone() -> "QuerySet[Attempt]":
    waiting = Attempt.objects.filter(status=AttemptState.QUEUED)
    # A time to come was written by a clock that was ahead: it must not hide the work until then.
    return waiting.filter(
        Q(announced_at__isnull=True) | ~Q(announced_at__range=(DatabaseNow() - PATIENCE, DatabaseNow()))
    )


def end_lost_replays() -> int:
    """Close the replays of sessions that are gone; nobody depends on them, so they are not tried again."""
    lost = Attempt.objects.filter(is_replay=True, status=AttemptState.RUNNING, session__ended_at__isnull=False)
    return lost.update(status=AttemptState.LOST, finished_at=DatabaseNow())
