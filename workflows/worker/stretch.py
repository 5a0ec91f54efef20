"""A worker's stretch: a step, and those that follow from it, for about a second without asking the broker again."""

import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from uuid import UUID

from django.db import DatabaseError, connection

from workflows.engine.claim import Claim, claim_most_urgent, claim_next
from workflows.engine.finish import finish
from workflows.engine.outcome import Failed, Interrupted, Outcome
from workflows.engine.reach import OUT_OF_REACH
from workflows.engine.release import release_leases
from workflows.engine.replay import claim_replay
from workflows.states import AttemptState
from workflows.worker import reach, session, stopping
from workflows.worker.context import AttemptContext
from workflows.worker.log_capture import LogBuffer
from workflows.worker.perform import perform
from workflows.worker.pulse import Pulse
from workflows.worker.reach import patiently
from workflows.worker.replay_context import ReplayContext

logger = logging.getLogger(__name__)

STRETCH_SECONDS = 1.0
_pulses: dict[int, Pulse] = {}


def advance(workflow_id: UUID, step_id: int | None) -> int:
    """Answer a wake-up: run this step, or what is more urgent, and what follows; give the number of attempts.

    A worker that is about to end takes nothing.
    """
    return _advance(lambda session_id: claim_next(workflow_id, step_id, session_id))


def advance_unasked() -> int:
    """Run the most urgent step that is due, and what follows, without having been told of any."""
    return _advance(claim_most_urgent)


def replay(attempt_id: int) -> None:
    """Answer the wake-up for a replay: run it, and keep its result beside the step's."""
    with _knowing_what_is_held():
        if not stopping.is_told():
            _replay(attempt_id)


def living_pulse() -> Pulse:
    """Give the heartbeat of a session that nobody has ended, opening one first where there is none."""
    _give_back_what_was_left()
    pulse = _pulse(session.own_session())
    if pulse.is_alive():
        return pulse
    session.forget_own_session()
    return _pulse(session.own_session())


def end_session() -> None:
    """Give back what this process holds and end its session; called when the process is about to end."""
    pulse = _pulses.pop(os.getpid(), None)
    if pulse:
        pulse.end()
        release_leases(pulse.session_id, AttemptState.INTERRUPTED)
    session.forget_own_session()
    _give_back_what_was_left()
    connection.close()


@contextmanager
def _knowing_what_is_held() -> Iterator[None]:
    """Take a new session after whatever went wrong: what the old one holds is found out, and given back, later."""
    try:
        yield
    except BaseException:
        _abandon_session()
        raise


def _replay(attempt_id: int) -> None:
    pulse = living_pulse()
    claim = claim_replay(attempt_id, pulse.session_id)
    if claim:
        context = ReplayContext(claim, LogBuffer(claim))
        outcome = _attempt(context, pulse)
        patiently(lambda: context.hand_in(outcome), _while_it_counts(pulse))


def _advance(claim_first: Callable[[UUID], Claim | None]) -> int:
    with _knowing_what_is_held():
        return 0 if stopping.is_told() else _work_off(claim_first)


def _work_off(claim_first: Callable[[UUID], Claim | None]) -> int:
    pulse = living_pulse()
    began = time.monotonic()
    count = 0
    claim = claim_first(pulse.session_id)
    while claim:
        count += 1
        outcome = _attempt(AttemptContext(claim, LogBuffer(claim)), pulse)
        claim = _hand_in(claim, outcome, pulse, take_next=_goes_on(pulse, began))
    return count


def _goes_on(pulse: Pulse, began: float) -> bool:
    return time.monotonic() - began < STRETCH_SECONDS and not stopping.is_told() and pulse.is_fresh


def _abandon_session() -> None:
    pulse = _pulses.pop(os.getpid(), None)
    if pulse:
        pulse.end()
    session.abandon_own_session()
    connection.close()


def _give_back_what_was_left() -> None:
    """Hand back what an abandoned session of this process still holds: its process lives, so no attempt is lost."""
    for session_id in session.left_behind():
        release_leases(session_id, AttemptState.INTERRUPTED)
        session.end_session(session_id)
        session.is_closed(session_id)


def _attempt(context: AttemptContext, pulse: Pulse) -> Outcome:
    if stopping.is_told():  # since the claim
        return Interrupted()
    with pulse.watching(context):
        outcome = patiently(lambda: perform(context.claim, context))
        _tell_the_rest(context, pulse)
    return replace(outcome, dropped_log_lines=context.logs.dropped) if context.logs.dropped else outcome


def _tell_the_rest(context: AttemptContext, pulse: Pulse) -> None:
    """Write the last lines and the last progress; the result does not depend on them."""
    for write in (context.logs.flush, context.write_progress):
        try:
            patiently(write, _while_it_counts(pulse))
        except Exception:
            logger.exception("The last words of step %s could not be written.", context.step_id)


def _while_it_counts(pulse: Pulse) -> Callable[[], bool]:
    """Make the patience for a result: while the database is away nobody else can take the lease.

    Where only this act fails, and the heartbeat gets through, it ends before the lease would.
    """
    began = time.monotonic()

    def goes_on() -> bool:
        until = max(began, pulse.in_touch_since) + reach.PATIENCE
        return time.monotonic() < until and not pulse.is_refused and not stopping.is_grace_over()

    return goes_on


def _hand_in(claim: Claim, outcome: Outcome, pulse: Pulse, *, take_next: bool) -> Claim | None:
    """Report an outcome; a result is not given up because the database is away."""
    try:
        return finish(claim, outcome, take_next=take_next)
    except OUT_OF_REACH as error:
        logger.warning("A result could not be handed in (%s); trying again.", error)
        connection.close()
    except DatabaseError as error:
        logger.exception("The database refuses the result of step %s.", claim.wire_id)
        return finish(claim, Failed("result_refused", str(error), permanent=True), take_next=take_next)
    patiently(lambda: finish(claim, outcome, take_next=False), _while_it_counts(pulse))
    # The first report may have been committed although its answer was lost, and with it the claim of a next step.
    patiently(lambda: release_leases(claim.session_id, AttemptState.INTERRUPTED), _while_it_counts(pulse))
    return None


def _pulse(session_id: UUID) -> Pulse:
    pulse = _pulses.get(os.getpid())
    if pulse is None or pulse.session_id != session_id:
        if pulse:
            pulse.end()
        _pulses.clear()
        pulse = _pulses[os.getpid()] = Pulse(session_id)
        pulse.start()
    return pulse
