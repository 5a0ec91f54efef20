"""The clock's help with bulk jobs: whoever stops twenty runs must not wait for a worker that those runs keep busy."""

import time
from typing import Final

from workflows.models import BulkJob
from workflows.operations.bulk.announce import find_waiting_job
from workflows.operations.bulk.work import AT_WORK, work_on

AT_MOST_SECONDS: Final = 2.0
"""In one go, give or take a slice: the clock has other things to do."""


def help_out() -> int:
    """Work on the bulk job that has waited longest for a worker, if one has; give how many runs were dealt with.

    The turns that it takes are announced as ever: workers that have become free go on where it stops.
    """
    until = time.monotonic() + AT_MOST_SECONDS
    found = find_waiting_job()
    count = 0
    while found and time.monotonic() < until:
        job_id, turn = found
        count += work_on(job_id, turn)
        found = BulkJob.objects.filter(pk=job_id, turn=turn + 1, status__in=AT_WORK).values_list("pk", "turn").first()
    return count
