"""Real worker processes, a real broker and a real clock, on both databases."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Count, F, Max

from audit.actor import SYSTEM
from tests.acceptance.parts import Parts, eventually, parts
from workflows.models import Attempt, Event, Step, Workflow
from workflows.operations.create import NewRun, create_run
from workflows.states import AttemptState, RunState, StepState


@pytest.fixture
def running(flows_committed: None, tmp_path: Path) -> Iterator[Parts]:
    with parts(tmp_path) as made:
        made.start_broker()
        yield made


def start(definition: str, **given: Any) -> Workflow:
    return create_run(SYSTEM, NewRun(definition, input=given)).run


def ended(runs: list[Workflow], seconds: float = 90.0) -> list[Workflow]:
    ids = [run.pk for run in runs]
    eventually(
        lambda: not Workflow.objects.filter(pk__in=ids).exclude(status__in=("completed", "failed")).exists(), seconds
    )
    found = Workflow.objects.in_bulk(ids)
    return [found[pk] for pk in ids]


def assert_consistent() -> None:
    """No step recorded twice, no hole in any history, counters that are true."""
    assert (
        not Attempt.objects.filter(status=AttemptState.SUCCEEDED).values("step").annotate(n=Count("id")).filter(n__gt=1)
    )
    gaps = Event.objects.values("workflow").annotate(n=Count("id"), last=Max("seq")).exclude(n=F("last"))
    assert not gaps.exists()
    assert not Workflow.objects.exclude(in_flight=0).exists()
    for run in Workflow.objects.annotate(rows=Count("steps")):
        assert run.total == run.rows
    assert not Step.objects.filter(status=StepState.RUNNING).exists()


def test_500_chains__on_two_workers_complete_without_a_step_done_twice(running: Parts) -> None:
    runs = [start("chain-of-ten", start=number) for number in range(500)]
    running.start_clock()
    running.start_worker("one")
    running.start_worker("two")

    found = ended(runs)
    assert Counter(run.status for run in found) == {RunState.COMPLETED: 500}
    assert [run.output for run in found] == [number + 10 for number in range(500)]
    assert Attempt.objects.count() == 5_000
    assert Attempt.objects.values("session").distinct().count() >= 2
    assert_consistent()


def test_flows_of_a_foreign_package__run_as_written(running: Parts) -> None:
    running.start_clock()
    running.start_worker(concurrency=2)
    runs = [start("fetch-and-store", url="https://example.org"), start("fan", count=1_200), start("flaky", attempts=3)]
    stored, fan, flaky = ended(runs)
    assert stored.output == {"count": 3, "stored": ["ONE", "TWO", "THREE"]}
    assert fan.output == sum(2 * number for number in range(1_200))
    assert (flaky.output, flaky.status) == (3, RunState.COMPLETED)
    assert_consistent()


def test_lost_messages__do_not_stop_a_run(running: Parts) -> None:
    run = start("chain-of-ten")
    assert running.redis.llen("default") == 1
    running.redis.flushall()
    running.start_worker()
    running.start_clock()
    assert ended([run], seconds=20)[0].output == 10


def test_start_without_broker__is_accepted_and_goes_on_when_it_is_back(running: Parts) -> None:
    running.start_worker()
    running.start_clock()
    running.kill("broker")
    run = start("chain-of-ten")
    assert run.status == RunState.RUNNING
    running.start_broker()
    assert ended([run], seconds=30)[0].output == 10


def test_backoff__is_woken_by_the_clock(running: Parts) -> None:
    running.start_clock()
    running.start_worker()
    run = ended([start("patient", attempts=2)])[0]
    first, second = Attempt.objects.filter(workflow=run).order_by("number")
    assert (second.started_at - first.finished_at).total_seconds() >= 0.5
    assert run.status == RunState.COMPLETED


def test_timeout_and_deadline__are_enforced_on_running_code(running: Parts) -> None:
    running.start_clock()
    running.start_worker(concurrency=2)
    slow, overdue = ended([start("slow", seconds=30.0), start("overdue", seconds=60.0)], seconds=40)
    assert slow.error["code"] == "timeout"
    assert overdue.error["code"] == "deadline"
    assert Attempt.objects.get(workflow=overdue).status == AttemptState.INTERRUPTED


def test_killed_worker__loses_no_work(running: Parts) -> None:
    running.start_clock()
    running.start_worker("doomed")
    run = start("nap", seconds=2.0)
    eventually(lambda: Step.objects.filter(workflow=run, status=StepState.RUNNING).exists())
    running.kill("doomed")
    running.start_worker("heir")
    found = ended([run], seconds=60)[0]
    assert found.status == RunState.COMPLETED
    assert list(Attempt.objects.filter(workflow=run).order_by("number").values_list("status", flat=True)) == [
        AttemptState.LOST,
        AttemptState.SUCCEEDED,
    ]
    assert_consistent()


def test_stopped_worker__hands_nothing_on_half_done(running: Parts) -> None:
    running.start_clock()
    running.start_worker("leaving")
    run = start("nap", seconds=1.0)
    eventually(lambda: Step.objects.filter(workflow=run, status=StepState.RUNNING).exists())
    assert running.stop("leaving") == 0
    assert Workflow.objects.get(pk=run.pk).status == RunState.COMPLETED, "the step in flight was let end"
