"""Workers that are killed, suspended, stopped or cut off: their work goes on, and nobody has to help."""

import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from django.db import connection

from audit.actor import SYSTEM
from tests.acceptance.parts import Parts, eventually, parts
from tests.acceptance.test_real_workers import assert_consistent, ended, start
from workflows.models import Attempt, LogLine, Session, Step, Workflow
from workflows.operations.perform import perform
from workflows.operations.request import Request
from workflows.states import AttemptState, Operation, RunState, StepState

LONG_LEASE = {"VENOM_LEASE_SECONDS": "600"}
"""So long that nothing is noticed by silence within a test."""


@pytest.fixture
def running(flows_committed: None, tmp_path: Path) -> Iterator[Parts]:
    with parts(tmp_path) as made:
        made.start_broker()
        yield made


def is_at_work(run: Workflow) -> bool:
    return Step.objects.filter(workflow=run, status=StepState.RUNNING, session__isnull=False).exists()


def history(run: Workflow) -> list[str]:
    return list(Attempt.objects.filter(workflow=run).order_by("number").values_list("status", flat=True))


def worker_process(run: Workflow) -> psutil.Process:
    """The process that runs the run's step."""
    eventually(lambda: is_at_work(run))
    return psutil.Process(Step.objects.get(workflow=run, status=StepState.RUNNING).session.pid)


def wait_for_living(count: int) -> None:
    eventually(lambda: Session.objects.filter(kind="worker", ended_at__isnull=True).count() == count)


def test_broker_gone_for_good__started_runs_complete_all_the_same(running: Parts) -> None:
    running.start_worker(concurrency=2)
    runs = [start("chain-of-ten", start=0), start("fan", count=30)]
    running.kill("broker")
    runs += [start("chain-of-ten", start=number) for number in range(1, 5)]
    runs.append(start("fan", count=20))
    found = ended(runs, seconds=60)
    assert {run.status for run in found} == {RunState.COMPLETED}
    assert_consistent()
    replayed = perform(SYSTEM, Request(Operation.REPLAY_STEP, runs[0].pk, step_id="add-one"))
    assert replayed.is_done
    eventually(lambda: not Attempt.objects.filter(is_replay=True).exclude(status=AttemptState.SUCCEEDED).exists())
    assert running.stop("worker") == 0, "it can be stopped without a broker"


def test_worker_started_without_a_broker__works(running: Parts) -> None:
    running.kill("broker")
    running.start_worker()
    assert ended([start("chain-of-ten")], seconds=40)[0].output == 10


def test_killed_process_of_a_living_worker__is_noticed_before_its_lease_ends(running: Parts) -> None:
    running.environment_changes |= LONG_LEASE
    running.start_worker(concurrency=2)
    run = start("nap", seconds=2.0)
    worker_process(run).kill()
    assert ended([run], seconds=40)[0].status == RunState.COMPLETED
    assert history(run) == [AttemptState.LOST, AttemptState.SUCCEEDED]
    wait_for_living(2)


def test_killed_worker__is_noticed_by_the_next_one_before_its_lease_ends(running: Parts) -> None:
    running.environment_changes |= LONG_LEASE
    running.start_worker("doomed")
    run = start("nap", seconds=2.0)
    worker_process(run)
    running.kill("doomed")
    running.start_worker("heir")
    assert ended([run], seconds=40)[0].status == RunState.COMPLETED
    assert history(run) == [AttemptState.LOST, AttemptState.SUCCEEDED]


def test_step_that_kills_its_worker__fails_after_the_third_and_others_go_on(running: Parts) -> None:
    running.start_clock()
    running.start_worker(concurrency=2)
    poison, sound = start("poison"), start("chain-of-ten")
    poisoned, fine = ended([poison, sound], seconds=80)
    assert (poisoned.status, poisoned.error["code"]) == (RunState.FAILED, "worker_lost")
    assert history(poison) == [AttemptState.LOST] * 3
    assert fine.status == RunState.COMPLETED
    again = start("chain-of-ten")
    assert ended([again])[0].status == RunState.COMPLETED, "the pool has whole processes again"


def test_suspended_worker__stops_its_step_when_it_wakes_up_and_works_again(running: Parts) -> None:
    running.start_clock()
    running.start_worker("one")
    run = start("stubborn", seconds=15.0)
    suspended = worker_process(run)
    suspended.suspend()
    eventually(lambda: history(run) == [AttemptState.LOST])
    running.start_worker("two")
    eventually(lambda: history(run) == [AttemptState.LOST, AttemptState.RUNNING])
    suspended.resume()
    living = Session.objects.filter(kind="worker", ended_at__isnull=True)
    eventually(lambda: living.filter(pid=suspended.pid).exists(), seconds=15)
    assert history(run)[1] == AttemptState.RUNNING, "its step ended before the one that counts"
    assert ended([run], seconds=40)[0].status == RunState.COMPLETED
    assert history(run) == [AttemptState.LOST, AttemptState.SUCCEEDED]


def test_rolling_restart__costs_no_attempt(running: Parts) -> None:
    running.start_clock()
    running.start_worker("old")
    runs = [start("nap", seconds=0.3) for _number in range(20)] + [start("chain-of-ten", start=n) for n in range(20)]
    for number in range(3):
        running.start_worker(f"new-{number}")
        assert running.stop("old" if number == 0 else f"new-{number - 1}") == 0
    assert {run.status for run in ended(runs)} == {RunState.COMPLETED}
    assert set(Attempt.objects.values_list("status", flat=True)) <= {AttemptState.SUCCEEDED, AttemptState.INTERRUPTED}
    assert not Step.objects.exclude(failures=0, kills=0).exists()
    assert_consistent()


def test_stopped_worker__interrupts_what_outlasts_the_grace_and_keeps_its_checkpoint(running: Parts) -> None:
    running.environment_changes |= LONG_LEASE
    running.start_worker("leaving")
    run, later = start("long-haul"), start("nap", seconds=0.1)
    worker_process(run)
    eventually(lambda: Step.objects.get(workflow=run).checkpoint == 3)
    assert running.stop("leaving") == 0
    assert history(run) == [AttemptState.INTERRUPTED]
    assert history(later) == [], "it took nothing more"
    step = Step.objects.get(workflow=run)
    assert (step.status, step.failures, step.kills, step.session_id) == (StepState.READY, 0, 0, None)
    assert step.checkpoint >= 3
    assert not Session.objects.filter(kind="worker", ended_at__isnull=True).exists()
    running.start_worker("heir")
    found = ended([run, later], seconds=40)
    assert [one.status for one in found] == [RunState.COMPLETED] * 2
    assert found[0].output >= 3, "it went on from its checkpoint"


def test_stopped_worker__ends_although_its_step_cannot_be_interrupted(running: Parts) -> None:
    running.start_worker("leaving")
    run = start("deaf", seconds=60.0)
    worker_process(run)
    assert running.stop("leaving") in (0, 1)
    assert history(run) == [AttemptState.INTERRUPTED]


def test_process_told_to_end__hands_back_at_once(running: Parts) -> None:
    running.environment_changes |= LONG_LEASE | {"VENOM_STOP_GRACE_SECONDS": "600"}
    running.start_worker()
    run = start("stubborn", seconds=3.0)
    worker_process(run).terminate()
    eventually(lambda: history(run)[0] == AttemptState.INTERRUPTED)
    assert ended([run], seconds=40)[0].status == RunState.COMPLETED
    assert Step.objects.get(workflow=run).kills == 0


def test_database_away__costs_no_attempt(running: Parts) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("a file cannot be away")
    running.start_clock()
    running.start_worker()
    run = start("eager", seconds=3.0)
    worker_process(run)
    until = time.monotonic() + 2.5
    while time.monotonic() < until:
        _end_other_connections()
        time.sleep(0.02)
    found = ended([run])[0]
    assert found.status == RunState.COMPLETED
    assert history(run) == [AttemptState.SUCCEEDED]
    assert Step.objects.get(workflow=run).checkpoint == found.output
    told = LogLine.objects.filter(workflow=run).values_list("message", flat=True)
    assert {int(line) for line in told} == set(range(1, found.output + 1)), "no line is lost"


def _end_other_connections() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
