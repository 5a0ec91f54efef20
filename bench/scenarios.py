"""What is measured of a portal. Runs inside its environment: Django is set up, and its worker and clock are running."""

import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

from celery import current_app
from django.conf import settings
from django.db.models import Count, Max, Min

from audit.actor import SYSTEM
from bench.backlog import held_back
from bench.sizes import CHAIN_LENGTH
from workflows.models import Attempt, Workflow
from workflows.operations.create import NewRun, create_run
from workflows.states import ENDED, RunState

_PATIENCE = 120.0


class WrongResultError(RuntimeError):
    """A run did not end as it should have: its time means nothing."""


def chain(runs: int) -> dict[str, Any]:
    """Work off a backlog of chains: seconds from the first start to the last end, and what creating a run took."""
    with held_back(current_app, settings.CELERY_TASK_DEFAULT_QUEUE):
        began = time.perf_counter()
        ids = [_create("bench-chain") for _ in range(runs)]
        creating = time.perf_counter() - began
    _wait_for(ids, output=7)
    return _span(ids, steps=runs * CHAIN_LENGTH) | {"create_ms": creating / runs * 1000}


def fan_out(items: int) -> dict[str, Any]:
    """Run one step, then many at once, then one: seconds from the first start to the end."""
    ids = [_create("bench-fan-out", count=items)]
    _wait_for(ids, output=items)
    return _span(ids, steps=items + 2)


def start_latency(samples: int) -> dict[str, Any]:
    """Start one run after the other on an idle portal: milliseconds from the call until the step's code begins."""
    waits = []
    for _ in range(samples):
        called = time.time()
        workflow_id = _create("bench-start")
        waits.append((_output_of(workflow_id) - called) * 1000)
    return {"milliseconds": waits}


SCENARIOS: dict[str, Callable[..., dict[str, Any]]] = {
    "chain": chain,
    "fan_out": fan_out,
    "start_latency": start_latency,
}


def _create(definition: str, **given: Any) -> UUID:
    return create_run(SYSTEM, NewRun(definition, input=given)).run.pk


def _wait_for(ids: list[UUID], output: Any, every: float = 0.1) -> None:
    runs = Workflow.objects.filter(pk__range=(ids[0], ids[-1]))
    deadline = time.monotonic() + _PATIENCE
    while runs.filter(status__in=ENDED).count() < len(ids):
        if time.monotonic() > deadline:
            raise WrongResultError(f"not ended in time: {list(runs.values('status').annotate(Count('pk')))}")
        time.sleep(every)
    right = sum(1 for run in runs if run.status == RunState.COMPLETED and run.output == output)
    if right != len(ids):
        raise WrongResultError(f"{len(ids) - right} of {len(ids)} runs have not given {output!r}")


def _output_of(workflow_id: UUID) -> float:
    _wait_for_end = Workflow.objects.filter(pk=workflow_id, status=RunState.COMPLETED).values_list("output", flat=True)
    deadline = time.monotonic() + _PATIENCE
    while (output := _wait_for_end.first()) is None:
        if time.monotonic() > deadline:
            raise WrongResultError(f"run {workflow_id} has not completed")
        time.sleep(0.02)
    return float(output)


def _span(ids: list[UUID], steps: int) -> dict[str, Any]:
    """Give the time that the runs took, by the database's records, and make sure that each step ran once."""
    attempts = Attempt.objects.filter(workflow__in=ids)
    first = attempts.aggregate(first=Min("started_at"))["first"]
    last = Workflow.objects.filter(pk__in=ids).aggregate(last=Max("finished_at"))["last"]
    if (count := attempts.count()) != steps:
        raise WrongResultError(f"{count} attempts for {steps} steps")
    return {"seconds": (last - first).total_seconds(), "steps": steps}
