"""Replays: attempts whose result is kept beside the step's, and moves nothing."""

from datetime import timedelta
from uuid import UUID

from django.db.models import F, Q
from django.utils import timezone

from workflows.dispatch import wake_replay, wake_replay_on_commit
from workflows.engine.claim import Claim, build_claim
from workflows.engine.move import Move
from workflows.engine.outcome import Failed, Outcome, Succeeded
from workflows.engine.statements import ClaimableRow
from workflows.engine.transaction import locked_run, writing
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
    wake_replay_on_commit(attempt.pk)
    return attempt


def claim_replay(attempt_id: int, session_id: UUID) -> Claim | None:
    """Take a queued replay; ``None``: somebody else has it."""
    with writing():
        taken = Attempt.objects.filter(pk=attempt_id, status=AttemptState.QUEUED).update(
            status=AttemptState.RUNNING, session_id=session_id, started_at=timezone.now()
        )
        if not taken:
            return None
        attempt = Attempt.objects.select_related("step", "workflow").get(pk=attempt_id)
    step = attempt.step
    # It begins without a checkpoint, as the first attempt did.
    row = ClaimableRow(
        step.pk, step.key, step.index, step.task, attempt.token, attempt.number, attempt.generation, step.item, None
    )
    return build_claim(attempt.workflow_id, attempt.workflow.plan_id, session_id, attempt_id, row)


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


def announce_replays() -> int:
    """Announce replays that nobody has come for; give how many these were."""
    now = timezone.now()
    waiting = Attempt.objects.filter(status=AttemptState.QUEUED).filter(
        Q(announced_at__isnull=True) | Q(announced_at__lte=now - PATIENCE)
    )
    ids = list(waiting.order_by("pk").values_list("pk", flat=True)[:_AT_ONCE])
    if ids and wake_replay(ids):
        Attempt.objects.filter(pk__in=ids, status=AttemptState.QUEUED).update(announced_at=now)
    return len(ids)


def end_lost_replays(session_id: UUID) -> int:
    """Close the replays of a session that is gone; nobody depends on them, so they are not tried again."""
    lost = Attempt.objects.filter(session_id=session_id, is_replay=True, status=AttemptState.RUNNING)
    return lost.update(status=AttemptState.LOST, finished_at=timezone.now())
