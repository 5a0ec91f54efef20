"""Ending an attempt: record what came of it, move the run on, and take the next step along."""

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from workflows.engine import statements
from workflows.engine.claim import Claim, claim_next
from workflows.engine.conclude import conclude
from workflows.engine.move import Move
from workflows.engine.outcome import Failed, Interrupted, Outcome, Succeeded
from workflows.engine.plans import graph_of
from workflows.engine.settle import make_ready, step_done
from workflows.engine.transaction import locked_run
from workflows.models import Attempt, Step
from workflows.models.step import NOT_AN_ITEM
from workflows.retry import next_delay
from workflows.states import AttemptState, StepState

if TYPE_CHECKING:
    from django.db.models import QuerySet


def finish(claim: Claim, outcome: Outcome, *, take_next: bool) -> Claim | None:
    """Record an attempt's outcome in one transaction, and claim the next step of the run for the same worker.

    A report whose lease has gone to somebody else changes nothing; it is kept as a late attempt. With ``take_next``
    false, what became ready is announced for others instead.
    """
    known = {claim.key: outcome.value} if isinstance(outcome, Succeeded) and claim.index == NOT_AN_ITEM else {}
    with locked_run(claim.workflow_id) as move:
        fresh = _record(move, claim, outcome, known)
        if fresh is None:
            _keep_late(move, claim, outcome)
            return None
        following = None
        if move.may_claim and not move.is_complete:
            if take_next:
                following = claim_next(move, fresh, claim.session_id, known)
            elif claim.index != NOT_AN_ITEM:
                move.announce(None)
        make_ready(move, fresh)
        conclude(move, graph_of(claim.plan_id))
        return following


def _record(move: Move, claim: Claim, outcome: Outcome, known: Mapping[str, Any]) -> list[int] | None:
    """Write what came of the attempt, and give the steps that it made ready; ``None``: the lease is not ours any more."""
    if isinstance(outcome, Succeeded):
        return _record_success(move, claim, outcome, known)
    held = Step.objects.filter(pk=claim.step_id, token=claim.token, status=StepState.RUNNING)
    recorded = _give_back(move, claim, held) if isinstance(outcome, Interrupted) else _record_failure(move, claim, outcome, held)
    if not recorded:
        return None
    move.run.in_flight -= 1
    _close_attempt(move, claim, outcome)
    return []


def _record_success(move: Move, claim: Claim, outcome: Succeeded, known: Mapping[str, Any]) -> list[int] | None:
    if not statements.record_success(claim.step_id, claim.token, outcome.text, move.now):
        return None
    statements.end_attempt(claim.attempt_id, AttemptState.SUCCEEDED, move.now, outcome.dropped_log_lines)
    move.run.in_flight -= 1
    move.run.done += 1
    move.tell("step_succeeded", claim.wire_id, attempt=claim.number)
    if not move.may_claim:
        return []
    return step_done(move, graph_of(claim.plan_id), claim.key, claim.index, known)


def _record_failure(move: Move, claim: Claim, outcome: Failed, held: "QuerySet[Step]") -> bool:
    failures = held.values_list("failures", flat=True).first()
    if failures is None:
        return False
    policy = graph_of(claim.plan_id).nodes[claim.key].policy
    delay = next_delay(policy, failures + 1, permanent=outcome.permanent)
    error = {"code": outcome.code, "message": outcome.message}
    if delay is None:
        held.update(status=StepState.FAILED, failures=failures + 1, error=error, session=None, finished_at=move.now)
        move.tell("step_failed", claim.wire_id, attempt=claim.number, code=outcome.code)
        move.begin_to_fail(claim.wire_id, outcome.code, outcome.message)
        return True
    due_at = move.now + timedelta(seconds=delay)
    status = StepState.WAITING if delay else StepState.READY
    held.update(status=status, failures=failures + 1, error=error, session=None, due_at=due_at, announced_at=None)
    move.tell("step_retrying", claim.wire_id, attempt=claim.number, code=outcome.code, due_at=due_at.isoformat())
    if status is StepState.READY:
        move.announce(claim.step_id)
    return True


def _give_back(move: Move, claim: Claim, held: "QuerySet[Step]") -> bool:
    status = StepState.READY if move.may_claim else StepState.PENDING
    given = bool(held.update(status=status, session=None, due_at=move.now, announced_at=None))
    if given and move.may_claim:
        move.announce(claim.step_id)
    return given


def _close_attempt(move: Move, claim: Claim, outcome: Failed | Interrupted) -> None:
    attempt = Attempt.objects.filter(pk=claim.attempt_id)
    if isinstance(outcome, Interrupted):
        attempt.update(
            status=AttemptState.INTERRUPTED, finished_at=move.now, dropped_log_lines=outcome.dropped_log_lines
        )
        move.tell("step_interrupted", claim.wire_id, attempt=claim.number)
        return
    attempt.update(
        status=outcome.state,
        finished_at=move.now,
        error={"code": outcome.code, "message": outcome.message},
        traceback=outcome.traceback,
        dropped_log_lines=outcome.dropped_log_lines,
    )


def _keep_late(move: Move, claim: Claim, outcome: Outcome) -> None:
    """Keep a report that came too late with its attempt, where people can look at it.

    The same report coming twice, its first answer lost, finds its attempt ended in good order and changes nothing.
    """
    open_or_lost = Attempt.objects.filter(pk=claim.attempt_id, status__in=(AttemptState.RUNNING, AttemptState.LOST))
    details: dict[str, Any] = {}
    if isinstance(outcome, Succeeded):
        details["output"] = outcome.value
    elif isinstance(outcome, Failed):
        details["error"] = {"code": outcome.code, "message": outcome.message}
        details["traceback"] = outcome.traceback
    if open_or_lost.update(status=AttemptState.LATE, finished_at=move.now, **details):
        move.tell("attempt_late", claim.wire_id, attempt=claim.number)
