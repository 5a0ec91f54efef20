"""A bulk operation by real workers, one of which is killed in the middle."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from audit.actor import SYSTEM
from audit.models import Entry
from tests.acceptance.parts import Parts, eventually, parts
from workflows.models import BulkItem, BulkJob, Event, Workflow
from workflows.models.bulk import BulkResult, BulkStatus
from workflows.operations.bulk.ask import NewBulk, create_bulk
from workflows.operations.create import NewRun, create_run
from workflows.run_filter import RunFilter
from workflows.states import Operation, RunState

RUNS = 400


@pytest.fixture
def running(flows_committed: None, tmp_path: Path) -> Iterator[Parts]:
    with parts(tmp_path) as made:
        made.start_broker()
        yield made


def test_killed_worker__leaves_each_run_done_once(running: Parts) -> None:
    for _number in range(RUNS):
        create_run(SYSTEM, NewRun("nap", input={"seconds": 0.0}, start=False))
    running.start_clock()
    running.start_worker("doomed")
    job = create_bulk(SYSTEM, NewBulk(Operation.START, wanted=RunFilter(status=[RunState.IDLE])))
    eventually(lambda: BulkItem.objects.filter(job=job, result=BulkResult.DONE).count() > 20)
    running.kill("doomed")
    assert BulkItem.objects.filter(job=job, result=BulkResult.WAITING).exists(), "it was killed in the middle"
    running.start_worker("heir")
    eventually(lambda: BulkJob.objects.get(pk=job.pk).status == BulkStatus.COMPLETED)
    assert BulkItem.objects.filter(job=job, result=BulkResult.DONE).count() == RUNS
    assert Entry.objects.filter(parent=job.pk, operation_type="start").count() == RUNS
    assert Event.objects.filter(kind="run_started").count() == RUNS
    eventually(lambda: Workflow.objects.filter(status=RunState.COMPLETED).count() == RUNS)
