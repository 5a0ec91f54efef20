"""What has to happen by itself. Any number of clocks may run: each act is guarded in the database."""

import logging
import threading
from uuid import UUID

from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone

from workflows.engine.announce import announce_due_steps
from workflows.engine.deadline import fail_overdue_runs
from workflows.engine.recover import recover_lost_sessions
from workflows.engine.replay import announce_replays
from workflows.engine.unconfirmed import close_unconfirmed_attempts
from workflows.models import Step
from workflows.models.session import SessionKind
from workflows.operations.bulk.announce import announce_bulk_jobs
from workflows.operations.holds import end_holds
from workflows.operations.idempotency import expire_keys
from workflows.states import StepState
from workflows.worker.session import beat, end_session, open_session

logger = logging.getLogger(__name__)

TICK_SECONDS = 2.0
_SHORTEST = 0.05


def tick() -> None:
    """Do once what is due: recover, fail, close, resume, announce what nobody has come for, forget."""
    recover_lost_sessions()
    fail_overdue_runs()
    close_unconfirmed_attempts()
    end_holds()
    announce_due_steps()
    announce_replays()
    announce_bulk_jobs()
    expire_keys()


def run(stop: threading.Event) -> None:
    """Tick until told to stop; a database that is away is waited for."""
    session_id: UUID | None = None
    while not stop.is_set():
        try:
            if session_id is None or not beat(session_id):
                session_id = open_session(SessionKind.CLOCK)
            tick()
            pause = _until_next()
        except (DatabaseError, InterfaceError) as error:
            logger.warning("The database is out of reach (%s); trying again.", error)
            connection.close()
            pause = TICK_SECONDS
        stop.wait(pause)
    if session_id:
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
