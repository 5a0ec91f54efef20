"""A worker's stretch: a step, and those that follow from it, for about a second without asking the broker again."""

import logging
import os
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar
from uuid import UUID

from django.db import DatabaseError, InterfaceError, OperationalError, connection

from workflows.engine.claim import Claim, claim_step
from workflows.engine.finish import finish
from workflows.engine.outcome import Failed, Outcome
from workflows.engine.release import release_leases
from workflows.engine.replay import claim_replay, finish_replay
from workflows.states import AttemptState
from workflows.worker.context import AttemptContext
from workflows.worker.log_capture import LogBuffer
from workflows.worker.perform import perform
from workflows.worker.pulse import Pulse
from workflows.worker.replay_context import ReplayContext
from workflows.worker.session import abandon_own_session, forget_own_session, own_session

logger = logging.getLogger(__name__)

STRETCH_SECONDS = 1.0
_PATIENCE = 25.0
"""Seconds for which a worker tries to hand in a result to a database that is out of reach: less than its lease."""

_Result = TypeVar("_Result")
_pulses: dict[int, Pulse] = {}


def advance(workflow_id: UUID, step_id: int | None) -> int:
    """Answer a wake-up: run this step, or any due one of its run, and what follows; give the number of attempts."""
    try:
        return _advance(workflow_id, step_id)
    except (DatabaseError, InterfaceError):
        # What this process still holds is not known any more. Its session is left to expire, and others take over.
        _abandon_session()
        raise


def replay(attempt_id: int) -> None:
    """Answer the wake-up for a replay: run it, and keep its result beside the step's."""
    session_id = own_session()
    claim = claim_replay(attempt_id, session_id)
    if claim:
        outcome = _attempt(ReplayContext(claim, LogBuffer(claim)), _pulse(session_id))
        _patiently(lambda: finish_replay(claim, outcome))


def begin_session() -> None:
    """Open this process's session and begin to beat."""
    _pulse(own_session())


def end_session() -> None:
    """Give back what this process holds and end its session; called when the process is about to end."""
    pulse = _pulses.pop(os.getpid(), None)
    if pulse:
        pulse.end()
        release_leases(pulse.session_id, AttemptState.INTERRUPTED)
    forget_own_session()
    connection.close()


def _advance(workflow_id: UUID, step_id: int | None) -> int:
    session_id = own_session()
    pulse = _pulse(session_id)
    began = time.monotonic()
    count = 0
    claim = claim_step(workflow_id, step_id, session_id)
    while claim:
        count += 1
        outcome = _attempt(AttemptContext(claim, LogBuffer(claim)), pulse)
        claim = _hand_in(claim, outcome, take_next=time.monotonic() - began < STRETCH_SECONDS)
    return count


def _abandon_session() -> None:
    pulse = _pulses.pop(os.getpid(), None)
    if pulse:
        pulse.end()
    abandon_own_session()
    connection.close()


def _attempt(context: AttemptContext, pulse: Pulse) -> Outcome:
    with pulse.watching(context):
        outcome = _patiently(lambda: perform(context.claim, context))
        _patiently(context.logs.flush)
        context.write_progress()
    return replace(outcome, dropped_log_lines=context.logs.dropped) if context.logs.dropped else outcome


def _hand_in(claim: Claim, outcome: Outcome, *, take_next: bool) -> Claim | None:
    """Report an outcome; a result is not given up because the database is away for a moment."""
    try:
        return finish(claim, outcome, take_next=take_next)
    except (OperationalError, InterfaceError) as error:
        logger.warning("A result could not be handed in (%s); trying again.", error)
        connection.close()
    except DatabaseError as error:
        logger.exception("The database refuses the result of step %s.", claim.wire_id)
        return finish(claim, Failed("result_refused", str(error), permanent=True), take_next=take_next)
    following = _patiently(lambda: finish(claim, outcome, take_next=False))
    # The first report may have been committed although its answer was lost, and with it the claim of a next step.
    _patiently(lambda: release_leases(claim.session_id, AttemptState.INTERRUPTED))
    return following


def _patiently(act: Callable[[], _Result]) -> _Result:
    """Do it again while the database is out of reach, for as long as the lease may last.

    Raises:
        OperationalError, InterfaceError: it stayed out of reach.
    """
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            return act()
        except (OperationalError, InterfaceError) as error:
            if time.monotonic() > until:
                raise
            logger.warning("The database is out of reach (%s); trying again.", error)
            connection.close()
            time.sleep(0.5)


def _pulse(session_id: UUID) -> Pulse:
    pulse = _pulses.get(os.getpid())
    if pulse is None or pulse.session_id != session_id:
        if pulse:
            pulse.end()
        _pulses.clear()
        pulse = _pulses[os.getpid()] = Pulse(session_id)
        pulse.start()
    return pulse
