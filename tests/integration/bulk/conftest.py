"""Many runs, made quickly, and a worker for bulk jobs that is called by hand."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from audit.actor import SYSTEM, Actor
from workflows.engine.plans import graph_of
from workflows.engine.start import create_steps
from workflows.models import BulkJob, Definition, Workflow
from workflows.models.bulk import BulkResult
from workflows.operations.bulk.ask import NewBulk, create_bulk
from workflows.operations.bulk.work import work_on
from workflows.run_filter import RunFilter
from workflows.states import Operation, RunState

MakeRuns = Callable[..., list[Workflow]]


@pytest.fixture
def make_runs(transactional_db: None, flows_committed: None) -> MakeRuns:
    """Make runs in a state; with their steps only where asked for, which takes longer."""

    def make(number: int, status: RunState = RunState.RUNNING, *, steps: bool = False) -> list[Workflow]:
        definition = Definition.objects.select_related("plan").get(name="chain-of-ten", is_current=True)
        rows = [
            Workflow(
                definition=definition,
                definition_name=definition.name,
                plan=definition.plan,
                status=status,
                total=10,
                created_by_name="system",
                created_at=timezone.now(),
            )
            for _number in range(number)
        ]
        runs = Workflow.objects.bulk_create(rows)
        for run in runs if steps else ():
            create_steps(run, graph_of(run.plan_id))
        return runs

    return make


def ask(operation: str, runs: list[Workflow] | None = None, actor: Actor = SYSTEM, **given: Any) -> BulkJob:
    """Ask for a bulk operation on these runs, or on those of a filter."""
    ids = None if runs is None else [run.pk for run in runs]
    wanted = RunFilter(**given.pop("filter")) if "filter" in given else None
    return create_bulk(actor, NewBulk(Operation(operation), wanted=wanted, workflow_ids=ids, **given))


def work_off(job: BulkJob) -> BulkJob:
    """Answer the job's messages until nothing is left to do, and give it as it is then."""
    while work_on(job.pk, BulkJob.objects.get(pk=job.pk).turn):
        pass
    return BulkJob.objects.get(pk=job.pk)


def results(job: BulkJob) -> dict[str, int]:
    """Count the runs of a job by what came of them."""
    found = list(job.items.values_list("result", flat=True))
    return {str(result): found.count(result) for result in BulkResult.values if result in found}
