"""Ending an attempt: record what came of it, move the run on, and take the next step along."""

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from audit.failpoints import crash_point
from workflows.engine import statements
from workflows.engine.claim import Claim, claim_of, take_due
from workflows.engine.conclude import conclude
from workflows.engine.give_up import give_up
from workflows.engine.move import Move
from workflows.engine.outcome import Failed, Interrupted, Outcome, Succeeded
from workflows.engine.plans import graph_of
from workflows.engine.release import end_lease
from workflows.engine.settle import count_down_after, make_ready, step_done
from workflows.engine.statements import ClaimableRow, lock_run, together
from workflows.engine.transaction import locked_run, move_of, writing
from workflows.engine.urgency import served_queues
from workflows.graph import Graph, Policy
from workflows.models import Attempt, Step
from workflows.models.step import NOT_AN_ITEM
from workflows.retry import next_delay
from workflows.states import AttemptState, StepState

if TYPE_CHECKING:
    from django.db.models import QuerySet


_ENDED_BY_OTHERS = (AttemptState.RUNNING, AttemptState.LOST, AttemptState.UNCONFIRMED)


class _LeaseGone(Exception):  # noqa: N818 (a regular case)
    """The step has gone to somebody else: whatever was sent together with the report is rolled back."""


def finish(claim: Claim, outcome: Outcome, *, take_next: bool) -> Claim | None:
    """Record an attempt's outcome in one transaction, and claim the next step of the run for the same worker.

    A report whose lease has gone to somebody else changes nothing; it is kept as a late attempt. With ``take_next``
    false, what became ready is announced for others instead.
    """
    known = {claim.key: outcome.value} if isinstance(outcome, Succeeded) and claim.index == NOT_AN_ITEM else {}
    graph = graph_of(claim.plan_id)
    try:
        with writing() as until_committed:
            move, fresh = _record(claim, outcome, graph, known)
            if move.may_claim and not move.is_complete:
                _go_on(move, claim, graph, fresh, take_next=take_next)
            make_ready(move, fresh)
            conclude(move, graph, known)
            move.write(until_committed)
            crash_point("finish.before_commit")
    except _LeaseGone:
        _keep_late(claim, outcome)
        return None
    crash_point("finish.after_commit")
    return claim_of(move, known)


def _record(claim: Claim, outcome: Outcome, graph: Graph, known: Mapping[str, Any]) -> tuple[Move, list[ClaimableRow]]:
    """Write what came of the attempt, and give the steps that it made ready.

    Raises:
        _LeaseGone: the step is not ours any more.
    """
    if isinstance(outcome, Succeeded):
        return _record_success(claim, outcome, graph, known)
    move = move_of(claim.workflow_id, lock_run(claim.workflow_id))
    held = Step.objects.filter(pk=claim.step_id, token=claim.token, status=StepState.RUNNING)
    if isinstance(outcome, Interrupted):
        _give_back(move, claim, held)
    else:
        _record_failure(move, claim, outcome, held)
    move.run.in_flight -= 1
    _close_attempt(move, claim, outcome)
    return move, []


def _record_success(
    claim: Claim, outcome: Succeeded, graph: Graph, known: Mapping[str, Any]
) -> tuple[Move, list[ClaimableRow]]:
    now = claim.now()
    with together():
        locked = lock_run(claim.workflow_id)
        recorded = statements.record_success(claim.step_id, claim.token, outcome.text, now)
        statements.end_attempt(claim.attempt_id, AttemptState.SUCCEEDED, now, outcome.dropped_log_lines)
        counted = count_down_after(claim.workflow_id, graph, claim.key, claim.index)
    move = move_of(claim.workflow_id, locked)
    if not recorded.rows():
        raise _LeaseGone
    move.run.in_flight -= 1
    move.run.done += 1
    move.tell("step_succeeded", claim.wire_id, attempt=claim.number)
    return move, step_done(move, graph, claim.index, counted, known)


def _go_on(move: Move, claim: Claim, graph: Graph, fresh: list[ClaimableRow], *, take_next: bool) -> None:
    """Take a step along: one that has just become ready, or else any of the run that is due."""
    queues = served_queues()
    free = next((row for row in fresh if row.is_free and graph.nodes[row.key].policy.queue in queues), None)
    if take_next and free:
        fresh.remove(free)
        move.take(free, claim.session_id, is_fresh=True)
    elif take_next:
        take_due(move, None, claim.session_id)
    elif claim.index != NOT_AN_ITEM:
        move.announce(None, queue=graph.nodes[claim.key].policy.queue)


def _record_failure(move: Move, claim: Claim, outcome: Failed, held: "QuerySet[Step]") -> None:
    failures = held.values_list("failures", flat=True).first()
    if failures is None:
        raise _LeaseGone
    policy = _policy(claim)
    delay = next_delay(policy, failures + 1, permanent=outcome.permanent)
    if delay is None:
        give_up(move, held, claim.wire_id, claim.number, outcome.code, outcome.message, failures=failures + 1)
        return
    error = {"code": outcome.code, "message": outcome.message}
    due_at = move.now + timedelta(seconds=delay)
    status = StepState.WAITING if delay else StepState.READY
    held.update(status=status, failures=failures + 1, error=error, session=None, due_at=due_at, announced_at=None)
    move.tell("step_retrying", claim.wire_id, attempt=claim.number, code=outcome.code, due_at=due_at.isoformat())
    if status is StepState.READY:
        move.announce(claim.step_id, queue=policy.queue)


def _give_back(move: Move, claim: Claim, held: "QuerySet[Step]") -> None:
    if not held.update(status=StepState.READY, session=None, due_at=move.now, announced_at=None):
        raise _LeaseGone
    if move.may_claim:
        move.announce(claim.step_id, queue=_policy(claim).queue)


def _policy(claim: Claim) -> Policy:
    return graph_of(claim.plan_id).nodes[claim.key].policy


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


def _keep_late(claim: Claim, outcome: Outcome) -> None:
    """Keep a report that came too late with its attempt, where people can look at it, and free the step.

    The same report coming twice, its first answer lost, finds its attempt ended in good order and changes nothing.
    """
    with locked_run(claim.workflow_id) as move:
        # A replay holds no lease and was never counted as in flight.
        counted = Attempt.objects.filter(pk=claim.attempt_id, is_replay=False)
        attempt = counted.filter(status__in=_ENDED_BY_OTHERS).first()
        if attempt is None or (attempt.status == AttemptState.LOST and isinstance(outcome, Interrupted)):
            return
        was_in_flight = attempt.status == AttemptState.RUNNING
        attempt.status = AttemptState.INTERRUPTED if isinstance(outcome, Interrupted) else AttemptState.LATE
        attempt.finished_at = move.now
        if isinstance(outcome, Succeeded):
            attempt.output = outcome.value
        elif isinstance(outcome, Failed):
            attempt.error = {"code": outcome.code, "message": outcome.message}
            attempt.traceback = outcome.traceback
        attempt.save()
        move.tell("attempt_late", claim.wire_id, attempt=claim.number, status=attempt.status)
        if was_in_flight:
            end_lease(move, claim.step_id, claim.session_id)
            conclude(move, graph_of(claim.plan_id))
