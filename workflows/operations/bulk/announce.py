"""Bulk jobs that nobody has come for: the message was lost, or the worker died."""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from workflows.dispatch import wake_bulk
from workflows.models import BulkJob
from workflows.operations.bulk.work import AT_WORK

PATIENCE = timedelta(seconds=5)
_AT_ONCE = 100


def announce_bulk_jobs() -> int:
    """Announce them again; give how many these were."""
    now = timezone.now()
    left_alone = Q(announced_at__isnull=True) | Q(announced_at__lte=now - PATIENCE)
    due = BulkJob.objects.filter(left_alone, status__in=AT_WORK).order_by("announced_at")
    rows = list(due.values_list("pk", "turn")[:_AT_ONCE])
    if rows and wake_bulk(rows):
        BulkJob.objects.filter(pk__in=[job_id for job_id, _turn in rows], status__in=AT_WORK).update(announced_at=now)
    return len(rows)
