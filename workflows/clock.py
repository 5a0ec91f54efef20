"""What has to happen by itself. Any number of clocks may run: each act is guarded in the database."""

import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from uuid import UUID

from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone

from audit.retention import remove_batch
from audit.sealing import KeyProblem, is_sealing_due, queue_forgotten, seal_entries
from audit.singleton import holding
from workflows.engine.admit import fill_places
from workflows.engine.announce import announce_due_steps
from workflows.engine.deadline import fail_overdue_runs
from workflows.engine.old_sessions import forget_old_sessions
from workflows.engine.reach import OUT_OF_REACH, database_answers
from workflows.engine.recover import recover_lost_sessions
from workflows.engine.replay import announce_replays
from workflows.engine.unconfirmed import close_unconfirmed_attempts
from workflows.models import Step
from workflows.models.session import SessionKind
from workflows.operations.bulk.announce import announce_bulk_jobs
from workflows.operations.bulk.help_out import help_out
from workflows.operations.holds import end_holds
from workflows.operations.idempotency import expire_keys
from workflows.states import StepState
from workflows.worker.neighbours import end_dead_neighbours
from workflows.worker.session import BEAT_SECONDS, beat, end_session, open_session

logger = logging.getLogger(__name__)

TICK_SECONDS = 2.0
_ANNOUNCING_SECONDS = 10.0
_SEALING_SECONDS = 10.0
_HELPING_SECONDS = 10.0
_SHORTEST = 0.05
_AWAY_SECONDS = max(BEAT_SECONDS, 3 * TICK_SECONDS)
"""A clock whose last tick is longer ago has not been at work."""
_TIME_FOR_A_HEARTBEAT = BEAT_SECONDS + 2.0


class Presence:
    """Whether a clock has been at work all the time, so that it may say of others that they were silent.

    After the database was out of reach, the machine asleep or the time of day changed, every heartbeat is overdue:
    workers are given the time for one first.
    """

    def __init__(self) -> None:
        self._seen = time.time()
        self._judges_from = 0.0
        self._has_judged = True

    def note(self) -> bool:
        """Note the begin of a tick, and tell whether the clock may judge."""
        now = time.time()
        if abs(now - self._seen) > _AWAY_SECONDS:
            self._wait_from(now)
        self._seen = now
        self._has_judged |= now >= self._judges_from
        return now >= self._judges_from

    def note_end(self) -> None:
        """Note the end of a tick.

        A long one had much to do, or waited for the database as the workers did: they are given time, but not again
        before the clock has judged, lest one whose ticks are all long never does.
        """
        now = time.time()
        if self._has_judged and abs(now - self._seen) > _AWAY_SECONDS:
            self._wait_from(now)
        self._seen = now

    def _wait_from(self, now: float) -> None:
        self._judges_from = now + _TIME_FOR_A_HEARTBEAT
        self._has_judged = False


def tick(*, judge_silence: bool = True) -> None:
    """Do once what is due: recover, fail, close, resume, help, announce what nobody has come for, forget, seal.

    A duty that goes wrong while the database answers is logged and keeps none of the others from their turn.

    Raises:
        OperationalError, InterfaceError, InternalError: the database is out of reach.
    """
    _do(end_dead_neighbours)
    _do(recover_lost_sessions, judge_silence=judge_silence)
    _do(fail_overdue_runs)
    _do(close_unconfirmed_attempts)
    _do(end_holds)
    _do(fill_places)
    _do(help_with_bulk_jobs)  # before they are announced once more, which makes them look as if somebody had come
    _do(announce)
    _do(expire_keys)
    _do(forget_old_sessions)
    _do(seal_the_trail)


def _do(duty: Callable[..., object], **given: bool) -> None:
    try:
        duty(**given)
    except Exception as error:
        if isinstance(error, OUT_OF_REACH) and not database_answers():
            raise
        logger.exception("The clock's duty %s went wrong; the others go on.", duty.__name__)


def announce() -> None:
    """Announce what nobody has come for, one clock at a time: a message that is sent twice costs a worker a look."""
    with holding("announce", _ANNOUNCING_SECONDS) as token:
        if token is not None:
            announce_due_steps()
            announce_replays()
            announce_bulk_jobs()


def seal_the_trail() -> None:
    """Seal what the audit trail has gained, and go on with what retention removes; what hinders it is logged."""
    try:
        if is_sealing_due():
            with holding("seal", _SEALING_SECONDS) as token:
                if token is not None:
                    seal_entries()
        remove_batch()
    except (KeyProblem, OSError) as error:
        logger.error("The audit trail cannot be sealed: %s", error)


def help_with_bulk_jobs() -> None:
    """Do a part of a bulk job that no worker comes for, one clock at a time."""
    with holding("help", _HELPING_SECONDS) as token:
        if token is not None:
            help_out()


def run(stop: threading.Event) -> None:
    """Tick until told to stop; a database that is away is waited for."""
    session_id: UUID | None = None
    presence = Presence()
    while not stop.is_set():
        try:
            if session_id is None or not beat(session_id):
                session_id = open_session(SessionKind.CLOCK)
                queue_forgotten()
            tick(judge_silence=presence.note())
            presence.note_end()
            pause = _until_next()
        except (DatabaseError, InterfaceError) as error:
            logger.warning("The database is out of reach (%s); trying again.", error)
            connection.close()
            pause = TICK_SECONDS
        stop.wait(pause)
    if session_id:
        with suppress(DatabaseError, InterfaceError):  # it is overdue soon
            end_session(session_id)


def _until_next() -> float:
    """Give the seconds until the next back-off ends, at most a tick: a retry is not late by a whole tick."""
    due = (
        Step.objects.filter(status=StepState.WAITING, due_at__gt=timezone.now())
        .order_by("due_at")
        .values_list("due_at", flat=True)
        .first()
    )
    if due is None:
        return TICK_SECONDS
    return min(TICK_SECONDS, max(_SHORTEST, (due - timezone.now()).total_seconds()))
