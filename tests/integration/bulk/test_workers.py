"""A bulk job and its workers: many at once, dying, stumbling, and none at all."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import InternalError, OperationalError, connection

from audit.actor import SYSTEM, Actor
from audit.models import Entry
from audit.models.seal import Pending
from tests.driver import Driver
from tests.integration.bulk.conftest import MakeRuns, ask, results, work_off
from workflows import clock, tasks
from workflows.engine.claim import BEGIN_WITHIN
from workflows.engine.database_time import DatabaseNow
from workflows.models import Attempt, BulkJob, Event, Workflow
from workflows.models.bulk import BulkStatus
from workflows.operations.bulk import part, work
from workflows.operations.bulk.announce import PATIENCE
from workflows.operations.bulk.work import deal_with_next, work_on
from workflows.states import ReasonCode, RunState


def test_clock__does_what_no_worker_comes_for(make_runs: MakeRuns, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "SLICE_RUNS", 2)
    job = ask("pause", make_runs(3))
    clock.tick()
    assert results(job) == {"waiting": 3}, "workers are given time first"
    for done in ({"done": 2, "waiting": 1}, {"done": 3}):
        BulkJob.objects.update(announced_at=DatabaseNow() - 2 * PATIENCE)
        clock.tick()
        assert results(job) == done
    assert BulkJob.objects.get().status == BulkStatus.COMPLETED


def test_clock__outlives_a_job_that_cannot_be_done(make_runs: MakeRuns) -> None:
    ask("pause", make_runs(1))
    BulkJob.objects.update(operation="unheard of", announced_at=DatabaseNow() - 2 * PATIENCE)
    clock.tick()
    assert BulkJob.objects.get().turn == 1
    assert not Pending.objects.exists(), "the clock has gone on to its other duties"


def test_job_is_complete__when_no_code_begins_any_more(driver: Driver) -> None:
    run = driver.start("chain-of-ten")
    job = ask("pause", [run])
    claim = driver.claim(run)
    assert claim
    job = work_off(job)
    assert (job.status, results(job)) == (BulkStatus.COMPLETED, {"done": 1})
    begun_by = Attempt.objects.get(pk=claim.attempt_id).started_at + timedelta(seconds=BEGIN_WITHIN)
    assert job.finished_at >= begun_by


class _Died(BaseException):
    """The worker process is gone."""


@pytest.mark.parametrize("moment", ["before", "after"])
def test_worker_that_dies__leaves_the_run_as_it_was(
    make_runs: MakeRuns, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    job = ask("pause", make_runs(2))

    def dies(actor: Actor, request: Any) -> Any:
        if moment == "after":
            perform(actor, request)
        raise _Died

    perform = part.perform
    with monkeypatch.context() as patch:
        patch.setattr(part, "perform", dies)
        with pytest.raises(_Died):
            work_on(job.pk, 0)
    assert results(job) == {"waiting": 2}
    assert Workflow.objects.filter(status=RunState.RUNNING).count() == 2
    assert not Entry.objects.filter(parent=job.pk).exists()
    work_off(job)
    assert results(job) == {"done": 2}
    assert Entry.objects.filter(parent=job.pk).count() == 2
    assert Event.objects.filter(kind="run_paused").count() == 2


def test_mistake_of_the_portal__is_one_result_and_stops_nothing(
    make_runs: MakeRuns, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = make_runs(3)

    def stumbles(actor: Actor, request: Any) -> Any:
        answer = perform(actor, request)
        if request.workflow_id == runs[1].pk:
            raise ValueError("a bug")
        return answer

    perform = part.perform
    monkeypatch.setattr(part, "perform", stumbles)
    job = work_off(ask("pause", runs))
    assert (job.status, results(job)) == (BulkStatus.COMPLETED, {"done": 2, "refused": 1})
    assert job.items.get(result="refused").reason_code == ReasonCode.OPERATION_FAILED
    assert Workflow.objects.get(pk=runs[1].pk).status == RunState.RUNNING
    entry = Entry.objects.get(parent=job.pk, resource_id=str(runs[1].pk))
    assert (entry.result, entry.reason_code) == ("failure", ReasonCode.OPERATION_FAILED)


@pytest.mark.parametrize("error", [OperationalError("too many parameters"), InternalError("no")])
def test_run_with_which_the_database_fails__waits_and_keeps_none_waiting(
    make_runs: MakeRuns, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    runs = make_runs(3)

    def fails(actor: Actor, request: Any) -> Any:
        if request.workflow_id == runs[1].pk:
            raise error
        return perform(actor, request)

    perform = part.perform
    with monkeypatch.context() as failing:
        failing.setattr(part, "perform", fails)
        job = work_off(ask("pause", runs))
    assert (job.status, results(job)) == (BulkStatus.RUNNING, {"done": 2, "waiting": 1})
    assert not Entry.objects.filter(parent=job.pk, resource_id=str(runs[1].pk)).exists()
    job = work_off(job)
    assert (job.status, results(job)) == (BulkStatus.COMPLETED, {"done": 3})


def test_database_that_fails_once__leaves_no_trace(make_runs: MakeRuns, monkeypatch: pytest.MonkeyPatch) -> None:
    failures = [OperationalError("the server closed the connection unexpectedly")]

    def fails_once(actor: Actor, request: Any) -> Any:
        if failures:
            raise failures.pop()
        return perform(actor, request)

    perform = part.perform
    monkeypatch.setattr(part, "perform", fails_once)
    assert results(work_off(ask("pause", make_runs(2)))) == {"done": 2}


def test_database_that_is_away__leaves_the_run_for_later(make_runs: MakeRuns, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(actor: Actor, request: Any) -> Any:
        raise OperationalError("the server closed the connection unexpectedly")

    job = ask("pause", make_runs(2))
    with monkeypatch.context() as outage:
        outage.setattr(part, "perform", away)
        outage.setattr(work, "database_answers", lambda: False)
        with pytest.raises(OperationalError):
            deal_with_next(job, SYSTEM)
    assert results(job) == {"waiting": 2}
    assert results(work_off(job)) == {"done": 2}


def test_message_that_meets_a_broken_connection__leaves_a_new_one(
    make_runs: MakeRuns, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_turn: Any) -> None:
        raise OperationalError("the server closed the connection unexpectedly")

    job = ask("pause", make_runs(1))
    connection.ensure_connection()
    monkeypatch.setattr(tasks, "work_on", away)
    with pytest.raises(OperationalError):
        tasks.bulk(str(job.pk), job.turn)
    assert connection.connection is None


def test_many_workers_at_once__do_each_run_once(make_runs: MakeRuns) -> None:
    make_runs(60)
    job = ask("pause", filter={"status": ["running"]})
    gate = threading.Barrier(4)
    done: list[int] = []

    def work_along() -> None:
        gate.wait()
        try:
            count = 0
            while deal_with_next(job, SYSTEM):
                count += 1
            done.append(count)
        finally:
            connection.close()

    threads = [threading.Thread(target=work_along) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(done) == 60
    assert results(job) == {"done": 60}
    assert Event.objects.filter(kind="run_paused").count() == 60
    assert Entry.objects.filter(parent=job.pk).count() == 60
    work_on(job.pk, 0)
    assert BulkJob.objects.get().status == BulkStatus.COMPLETED
