"""Write down which runs a bulk job is about, a batch in a transaction of its own."""

import time
from bisect import bisect_right
from uuid import UUID

from workflows.dispatch import wake_bulk, wake_bulk_on_commit
from workflows.engine.database_time import DatabaseNow
from workflows.engine.transaction import writing
from workflows.models import BulkItem, BulkJob
from workflows.models.bulk import BulkStatus
from workflows.run_filter import RunFilter, filtered_runs

BATCH = 1_000
AT_MOST_SECONDS = 2.0
"""How long a client waits, and a worker is busy, before somebody else goes on."""


def collect(job: BulkJob) -> None:
    """Go on collecting until every run is written down, or somebody else is at it, or workers had better go on.

    Workers are told to begin, or to go on.
    """
    until = time.monotonic() + AT_MOST_SECONDS
    while job.status == BulkStatus.COLLECTING and _collect_batch(job):
        if job.status == BulkStatus.COLLECTING and time.monotonic() > until:
            wake_bulk([(job.pk, job.turn)])
            return


def _collect_batch(job: BulkJob) -> bool:
    """Write down the next runs; ``False``: the job has been cancelled, or somebody else has written these down."""
    with writing():
        ids = _next_ids(job)
        status = BulkStatus.COLLECTING if len(ids) == BATCH else BulkStatus.RUNNING
        cursor = ids[-1] if ids else job.cursor
        held = BulkJob.objects.filter(pk=job.pk, status=BulkStatus.COLLECTING, cursor=job.cursor)
        if not held.update(cursor=cursor, status=status, announced_at=DatabaseNow()):
            return False
        BulkItem.objects.bulk_create([BulkItem(job=job, workflow_id=workflow_id) for workflow_id in ids])
        if status == BulkStatus.RUNNING:
            wake_bulk_on_commit(job.pk, job.turn)
    job.cursor, job.status = cursor, status
    return True


def _next_ids(job: BulkJob) -> list[UUID]:
    """Give the next runs in the order of their ids, which is that of their creation; none is younger than the job."""
    if "workflow_ids" in job.selection:
        ids: list[str] = job.selection["workflow_ids"]
        first = bisect_right(ids, str(job.cursor or ""))
        return [UUID(text) for text in ids[first : first + BATCH]]
    rows = filtered_runs(RunFilter.from_json(job.selection["filter"])).filter(pk__lt=job.pk)
    if job.cursor:
        rows = rows.filter(pk__gt=job.cursor)
    return list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])
