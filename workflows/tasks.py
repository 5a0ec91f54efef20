"""The Celery tasks: a few lines each."""

from uuid import UUID

from celery import shared_task
from celery.signals import worker_process_init, worker_process_shutdown, worker_shutting_down
from django.db import DatabaseError, InterfaceError, connection

from workflows.dispatch import ADVANCE, BULK, REPLAY
from workflows.operations.bulk.work import work_on
from workflows.worker import stopping, stretch


@shared_task(name=ADVANCE, ignore_result=True)
def advance(workflow_id: str, step_id: int | None) -> None:
    """Look at a run: claim the step, or any that is due, and go on from there."""
    stretch.advance(UUID(workflow_id), step_id)


@shared_task(name=REPLAY, ignore_result=True)
def replay(attempt_id: int) -> None:
    """Run a queued replay."""
    stretch.replay(attempt_id)


@shared_task(name=BULK, ignore_result=True)
def bulk(job_id: str, turn: int) -> None:
    """Deal with the next runs of a bulk job."""
    try:
        work_on(UUID(job_id), turn)
    except (DatabaseError, InterfaceError):
        connection.close()  # else every later task of this process would find it broken
        raise


@worker_process_init.connect
def _begin(**_signal: object) -> None:
    """Make the new worker process known at once: operators see it before it has work."""
    stretch.living_pulse()


@worker_process_shutdown.connect
def _end(**_signal: object) -> None:
    """Give back what the process holds."""
    stretch.end_session()


@worker_shutting_down.connect
def _stop(**_signal: object) -> None:
    """Let the processes of this worker claim nothing more."""
    stopping.tell_worker()
    stopping.end_at_last()
