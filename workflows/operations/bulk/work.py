"""Work off a bulk job: a slice for each message, a transaction for each run.

A run is taken, dealt with and noted in one transaction: a worker that dies in between leaves it as it was, with
nothing done and nothing on record, and the next one begins it anew. So it is done exactly once.
"""

import logging
import time
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import translation

from audit.actor import SYSTEM, Actor
from audit.failpoints import crash_point
from audit.models import Surface
from workflows.dispatch import wake_bulk
from workflows.engine.database_time import DatabaseNow
from workflows.engine.reach import OUT_OF_REACH, database_answers
from workflows.engine.transaction import writing
from workflows.models import Attempt, BulkItem, BulkJob
from workflows.models.bulk import BulkResult, BulkStatus
from workflows.operations.bulk.collect import collect
from workflows.operations.bulk.part import do_part
from workflows.operations.bulk.steer import cancel_for_want_of_an_actor
from workflows.operations.quiet import wait_until_begun
from workflows.states import AttemptState, Operation

logger = logging.getLogger(__name__)

SLICE_SECONDS = 1.0
SLICE_RUNS = 100
_ENDS_WORK = (Operation.PAUSE, Operation.CANCEL)
_RECENTLY = timedelta(seconds=5)
AT_WORK = (BulkStatus.COLLECTING, BulkStatus.RUNNING)


def work_on(job_id: UUID, turn: int) -> int:
    """Answer a message: deal with runs for about a second, ask for the next turn, and give how many runs these were.

    A message for a turn that has been taken is an old or a doubled one, and is let go.
    """
    mine = BulkJob.objects.filter(pk=job_id, turn=turn, status__in=AT_WORK)
    if not mine.update(turn=turn + 1, announced_at=DatabaseNow()):
        return 0
    job = BulkJob.objects.select_related("created_by").defer("selection").get(pk=job_id)
    if job.status == BulkStatus.COLLECTING:
        collect(job)
        return 0
    actor = _actor(job)
    if actor is None:
        cancel_for_want_of_an_actor(job)
        return 0
    with translation.override(job.language):
        count, passed = _slice(job, actor)
    # Where nothing but what was passed over is left, the clock asks for the next turn, some seconds later.
    if not _complete(job) and (count or not passed):
        wake_bulk([(job_id, turn + 1)])
    return count


def deal_with_next(job: BulkJob, actor: Actor, passed: list[int] | None = None) -> bool:
    """Deal with the next run that nobody is at; ``False``: there is none, or the job is paused or cancelled.

    A run with which the database fails, although it answers, is passed over in this turn: its item is added to
    ``passed`` and stays as it is, so that it keeps none waiting and nothing is said of it that is not so.

    Raises:
        OperationalError, InterfaceError, InternalError: the database is out of reach.
    """
    passed = [] if passed is None else passed
    met: list[int] = []
    try:
        return _deal_with_next(job, actor, passed, met)
    except OUT_OF_REACH as error:
        if not (met and database_answers()):
            raise
        logger.warning("The item %s of the bulk job %s is passed over: %s", met[0], job.pk, error)
        passed += met
        return True


def _deal_with_next(job: BulkJob, actor: Actor, passed: Sequence[int], met: list[int]) -> bool:
    """Do so, with none of the items ``passed``; ``met`` gets the item that is begun."""
    with writing():
        waiting = _waiting(job).filter(job__status=BulkStatus.RUNNING).exclude(pk__in=passed)
        item = waiting.select_for_update(of=("self",), skip_locked=True).order_by("pk").first()
        if item is None:
            return False
        met.append(item.pk)
        outcome = do_part(job, actor, item.workflow_id)
        BulkItem.objects.filter(pk=item.pk).update(**outcome._asdict(), at=DatabaseNow())
        crash_point("bulk.before_commit")
    crash_point("bulk.after_commit")
    return True


def _slice(job: BulkJob, actor: Actor) -> tuple[int, int]:
    """Deal with runs for about a second; give how many were dealt with, and how many were passed over."""
    began = time.monotonic()
    passed: list[int] = []
    count = 0
    while count < SLICE_RUNS and time.monotonic() - began < SLICE_SECONDS and deal_with_next(job, actor, passed):
        count += 1
    return count - len(passed), len(passed)


def _complete(job: BulkJob) -> bool:
    """End the job when no run waits; tell whether nothing is left to do for now."""
    running = BulkJob.objects.filter(pk=job.pk, status=BulkStatus.RUNNING)
    if job.operation in _ENDS_WORK and not job.dry_run and not _waiting(job).exists():
        _wait_until_begun(job)
    if running.exclude(Exists(_waiting(OuterRef("pk")))).update(status=BulkStatus.COMPLETED, finished_at=DatabaseNow()):
        return True
    return not running.exists()


def _waiting(job: BulkJob | OuterRef) -> QuerySet[BulkItem]:
    return BulkItem.objects.filter(job=job, result=BulkResult.WAITING)


def _wait_until_begun(job: BulkJob) -> None:
    """Let the job be complete only when no step's code begins any more, as after a single operation."""
    latest = job.items.filter(result=BulkResult.DONE, at__gte=DatabaseNow() - _RECENTLY).values("workflow_id")
    at_work = Attempt.objects.filter(workflow__in=latest, status=AttemptState.RUNNING)
    for workflow_id in set(at_work.values_list("workflow_id", flat=True)):
        wait_until_begun(workflow_id)


def _actor(job: BulkJob) -> Actor | None:
    """Give who asked for the job, with the rights of now; ``None``: the account has been deleted."""
    if job.surface == Surface.SYSTEM:
        return SYSTEM
    if job.is_local:
        return Actor(None, Surface(job.surface), job.address, job.created_by_name)
    return Actor(job.created_by, Surface(job.surface), job.address) if job.created_by else None
