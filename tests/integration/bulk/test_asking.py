"""Which runs a bulk operation is about, and who may ask for it."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib.auth.models import User

from audit.actor import Actor
from audit.models import Entry, Surface
from tests.integration.bulk.conftest import MakeRuns, ask, results, work_off
from workflows import clock, tasks
from workflows.models import BulkItem, BulkJob, Label, Workflow
from workflows.models.bulk import BulkStatus
from workflows.operations.bulk import ask as asking
from workflows.operations.bulk import collect as collecting
from workflows.operations.bulk.work import work_on
from workflows.operations.errors import Refused
from workflows.states import ReasonCode, RunState


def test_filter__is_frozen_when_the_job_is_made(make_runs: MakeRuns) -> None:
    running, failed = make_runs(3), make_runs(2, RunState.FAILED)
    job = ask("cancel", filter={"status": ["running", "paused"]})
    make_runs(2)
    Workflow.objects.filter(pk=failed[0].pk).update(status=RunState.RUNNING)
    assert set(job.items.values_list("workflow_id", flat=True)) == {run.pk for run in running}
    assert work_off(job).status == BulkStatus.COMPLETED
    assert Workflow.objects.filter(status=RunState.CANCELLED).count() == 3


def test_paused_runs__are_in_scope(make_runs: MakeRuns) -> None:
    make_runs(2, RunState.PAUSED)
    make_runs(1)
    job = work_off(ask("cancel", filter={"definition": "chain-of-ten"}))
    assert results(job) == {"done": 3}


def test_filter__knows_labels(make_runs: MakeRuns) -> None:
    first, second = make_runs(2)
    Label.objects.bulk_create(
        [Label(workflow=run, key="team", value=value) for run, value in ((first, "a"), (second, "b"))]
    )
    job = ask("pause", filter={"labels": [("team", "a")]})
    assert list(job.items.values_list("workflow_id", flat=True)) == [first.pk]


def test_collecting__goes_on_where_it_was_broken_off(make_runs: MakeRuns, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = make_runs(7)
    monkeypatch.setattr(collecting, "BATCH", 2)
    batches = iter([True, True])

    def breaks_off(job: BulkJob) -> bool:
        if next(batches, None) is None:
            raise SystemExit
        return collect_batch(job)

    collect_batch = collecting._collect_batch
    with monkeypatch.context() as patch:
        patch.setattr(collecting, "_collect_batch", breaks_off)
        with pytest.raises(SystemExit):
            ask("pause", filter={"status": ["running"]})
    job = BulkJob.objects.get()
    assert (job.status, job.items.count()) == (BulkStatus.COLLECTING, 4)
    make_runs(3)
    work_on(job.pk, job.turn)
    job = work_off(job)
    assert sorted(job.items.values_list("workflow_id", flat=True)) == sorted(run.pk for run in runs)
    assert (job.status, results(job)) == (BulkStatus.COMPLETED, {"done": 7})


@pytest.mark.parametrize("by", ["filter", "ids"])
def test_many_runs__are_collected_by_workers(
    make_runs: MakeRuns, messages: list[Any], monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    runs = make_runs(5)
    monkeypatch.setattr(collecting, "BATCH", 2)
    monkeypatch.setattr(collecting, "AT_MOST_SECONDS", -1.0)
    job = ask("pause", runs) if by == "ids" else ask("pause", filter={"status": ["running"]})
    assert (job.status, job.items.count()) == (BulkStatus.COLLECTING, 2)
    while job.status == BulkStatus.COLLECTING:
        assert messages.pop() == (str(job.pk), job.turn)
        tasks.bulk(str(job.pk), job.turn)
        job.refresh_from_db()
    assert set(job.items.values_list("workflow_id", flat=True)) == {run.pk for run in runs}
    tasks.bulk(*messages.pop())
    assert results(job) == {"done": 5}


def test_two_collectors__write_each_run_down_once(make_runs: MakeRuns, monkeypatch: pytest.MonkeyPatch) -> None:
    make_runs(6)
    monkeypatch.setattr(collecting, "BATCH", 2)
    job = ask("pause", filter={"status": ["running"]})
    BulkItem.objects.all().delete()
    BulkJob.objects.update(status=BulkStatus.COLLECTING, cursor=None)
    first, second = BulkJob.objects.get(), BulkJob.objects.get()
    assert collecting._collect_batch(first)
    assert not collecting._collect_batch(second)
    collecting.collect(first)
    assert job.items.count() == 6


def test_ids__that_nobody_has_are_gone(make_runs: MakeRuns) -> None:
    (run,) = make_runs(1)
    unknown = UUID(int=5)
    job = work_off(ask("pause", [Workflow(pk=unknown), run, run]))
    assert results(job) == {"done": 1, "gone": 1}
    gone = job.items.get(workflow_id=unknown)
    assert gone.reason_code == ReasonCode.RESOURCE_NOT_FOUND
    assert str(unknown) in gone.message


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "filter"),
        ({"filter": {}}, "filter"),
        ({"filter": {"status": ["failed"]}}, "filter"),
        ({"runs": []}, "workflow_ids"),
        ({"filter": {"status": ["running"]}, "runs": [Workflow(pk=uuid4())]}, "filter"),
        ({"filter": {"status": ["running"]}, "options": {"colour": 1}}, "colour"),
        ({"filter": {"status": ["running"]}, "metadata": {"a": "\0"}}, "metadata"),
        ({"filter": {"status": ["running"]}, "step_id": "x" * 300}, "step_id"),
        ({"filter": {"status": ["running"]}, "operation": "dry_run"}, "operation"),
    ],
)
def test_what_cannot_be_meant__is_refused(make_runs: MakeRuns, given: dict[str, Any], field: str) -> None:
    make_runs(2)
    given = {"operation": "pause", **given}
    with pytest.raises(Refused) as refused:
        ask(**given)
    assert refused.value.code == ReasonCode.INVALID_CONFIGURATION
    assert list(refused.value.fields) == [field]
    assert not BulkJob.objects.exists()
    entry = Entry.objects.get(resource_type="workflow")
    assert (entry.operation_type, entry.result, entry.resource_id) == (f"bulk_{given['operation']}", "failure", "")


def test_too_many_runs__are_refused(make_runs: MakeRuns, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "MOST_RUNS", 3)
    runs = make_runs(4)
    for given in ({"filter": {"status": ["running"]}}, {"runs": runs}):
        with pytest.raises(Refused) as refused:
            ask("pause", **given)
        ((problem,),) = refused.value.fields.values()
        assert "more than 3 runs" in problem
    assert ask("pause", runs[:3]).items.count() == 3


@pytest.mark.parametrize(
    ("role", "operation", "dry_run", "allowed"),
    [
        ("viewer", "pause", False, False),
        ("viewer", "cancel", False, False),
        ("viewer", "pause", True, True),
        ("operator", "pause", False, True),
        ("operator", "restart", False, True),
        ("admin", "cancel", False, True),
        ("outsider", "pause", True, False),
    ],
)
def test_permission__is_that_of_the_operation(
    make_runs: MakeRuns, people: dict[str, User], role: str, operation: str, dry_run: bool, allowed: bool
) -> None:
    people["outsider"] = User.objects.create_user("outsider")
    actor = Actor(people[role], Surface.API, "10.0.0.1")
    runs = make_runs(1)
    if allowed:
        assert ask(operation, runs, actor, dry_run=dry_run).status == BulkStatus.RUNNING
    else:
        with pytest.raises(Refused) as refused:
            ask(operation, runs, actor, dry_run=dry_run)
        assert refused.value.code == ReasonCode.PERMISSION_DENIED
    entry = Entry.objects.get(resource_type="workflow")
    assert entry.triggered_by == role
    assert (entry.result == "success") is allowed


def test_viewer__foresees_that_it_would_be_refused(make_runs: MakeRuns, people: dict[str, User]) -> None:
    job = work_off(ask("pause", make_runs(2), Actor(people["viewer"], Surface.API), dry_run=True))
    assert set(job.items.values_list("result", "reason_code")) == {("refused", "permission_denied")}


def test_lost_message__is_made_good_by_the_clock(make_runs: MakeRuns, messages: list[Any]) -> None:
    jobs = [ask("pause", make_runs(1)) for _job in range(2)]
    assert messages == [(str(job.pk), 0) for job in jobs]
    messages.clear()
    clock.tick()
    assert messages == [], "they were announced only now"
    BulkJob.objects.update(announced_at="2020-01-01T00:00:00+00:00")
    clock.tick()
    worked_on = BulkJob.objects.get(status=BulkStatus.COMPLETED)  # by the clock itself; the other one is announced
    assert messages == [(str(job.pk), 0) for job in jobs if job.pk != worked_on.pk]
    clock.tick()
    assert len(messages) == 1, "and is not repeated at every tick"
    for job in jobs:
        work_off(job)
    BulkJob.objects.update(announced_at="2020-01-01T00:00:00+00:00")
    messages.clear()
    clock.tick()
    assert messages == []
