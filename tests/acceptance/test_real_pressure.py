"""Bounds, queues and priorities with real workers, a real broker and a real clock, on both databases."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from audit.actor import SYSTEM
from tests.acceptance.parts import Parts, eventually, parts
from workflows.models import Attempt, Event, Place, Step, Workflow
from workflows.operations.create import NewRun, create_run
from workflows.states import RunState, StepState


@pytest.fixture
def running(flows_committed: None, tmp_path: Path) -> Iterator[Parts]:
    with parts(tmp_path) as made:
        made.start_broker()
        yield made


def start(definition: str, priority: int = 0, **given: Any) -> Workflow:
    return create_run(SYSTEM, NewRun(definition, input=given, priority=priority)).run


def all_completed() -> bool:
    return not Workflow.objects.exclude(status=RunState.COMPLETED).exists()


def test_full_worker__leaves_messages_to_others_and_takes_the_most_urgent_next(running: Parts) -> None:
    running.start_worker()
    first = start("nap", seconds=4)
    eventually(lambda: Step.objects.filter(workflow=first, status=StepState.RUNNING).exists())
    low = [start("single") for _run in range(5)]
    urgent = start("single", priority=7)
    time.sleep(0.5)  # what takes messages too early has taken them by then
    assert running.redis.llen("default") == 6
    running.start_clock()
    eventually(all_completed)
    order = list(Attempt.objects.order_by("pk").values_list("workflow_id", flat=True))
    assert order[:2] == [first.pk, urgent.pk]
    assert sorted(order[2:]) == sorted(run.pk for run in low)


def test_worker__serves_its_queues_alone(running: Parts) -> None:
    running.start_clock()
    running.start_worker("light")
    run = start("in-and-out")
    eventually(lambda: Step.objects.filter(workflow=run, key="tread", status=StepState.SUCCEEDED).exists())
    time.sleep(3)  # a clock's tick and more: nobody is to come for it
    assert Step.objects.get(workflow=run, key="lift").status == StepState.READY
    running.environment_changes["VENOM_QUEUES"] = "heavy"
    running.start_worker("strong")
    eventually(all_completed)
    served = dict(Attempt.objects.values_list("step__key", "session__queues"))
    assert served == {"tread": ["default"], "lift": ["heavy"], "tread-2": ["default"]}


def test_bounded_definition__never_has_more_runs_at_work(running: Parts) -> None:
    for _run in range(40):
        start("narrow")
    running.start_clock()
    running.start_worker("one", concurrency=2)
    running.start_worker("two", concurrency=2)
    eventually(all_completed)
    begins = Event.objects.filter(kind="run_admitted").values_list("at", flat=True)
    ends = Event.objects.filter(kind="run_completed").values_list("at", flat=True)
    at_work, most = 0, 0
    for _at, change in sorted([*((at, 1) for at in begins), *((at, -1) for at in ends)]):
        at_work += change
        most = max(most, at_work)
    assert (len(begins), len(ends)) == (40, 40)
    assert most == 2
    assert not Place.objects.exists()
