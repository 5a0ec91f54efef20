"""Bulk jobs that nobody has come for: the message was lost, or the worker died."""

from datetime import timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from workflows.dispatch import wake_bulk
from workflows.engine.database_time import DatabaseNow
from workflows.models import BulkJob
from workflows.operations.bulk.work import AT_WORK

PATIENCE = timedelta(seconds=5)
_AT_ONCE = 100


def find_waiting_job() -> tuple[UUID, int] | None:
    """Give one of them and its turn; ``None``: there is none."""
    return _left_alone().values_list("pk", "turn").first()


def announce_bulk_jobs() -> int:
    """Announce them again; give how many these were."""
    rows = list(_left_alone().values_list("pk", "turn")[:_AT_ONCE])
    if rows and wake_bulk(rows):
        BulkJob.objects.filter(pk__in=[job_id for job_id, _turn in rows], status__in=AT_WORK).update(
            announced_at=DatabaseNow()
        )
    return len(rows)


def _left_alone() -> "QuerySet[BulkJob]":
    # A time to come was written by a clock that was ahead: it must not hide the work until then.
    due = Q(announced_at__isnull=True) | ~Q(announced_at__range=(DatabaseNow() - PATIENCE, DatabaseNow()))
    return BulkJob.objects.filter(due, status__in=AT_WORK).order_by("announced_at")
