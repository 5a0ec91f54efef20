"""What comes of each run: once, in its own transaction, and on record."""

import os
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from audit.actor import SYSTEM, Actor
from audit.models import Entry, Surface
from tests.integration.bulk.conftest import MakeRuns, ask, results, work_off
from workflows.models import BulkItem, BulkJob, Event, Step, Workflow
from workflows.models.bulk import BulkStatus
from workflows.operations.bulk import part, work
from workflows.operations.bulk.again import retry_failed
from workflows.operations.bulk.steer import BulkAct, steer_bulk
from workflows.operations.bulk.work import deal_with_next, work_on
from workflows.operations.errors import Refused
from workflows.states import Operation, ReasonCode, RunState

AT_MOST = 22
MANY = 3_000 if os.environ.get("VENOM_NIGHTLY") else 500


def test_many_runs__are_paused_in_one_bulk(make_runs: MakeRuns) -> None:
    make_runs(MANY)
    job = ask("pause", filter={"status": ["running"]}, reason="night", metadata={"ticket": 7})
    assert job.status == BulkStatus.RUNNING
    job = work_off(job)
    assert (job.status, results(job)) == (BulkStatus.COMPLETED, {"done": MANY})
    assert job.finished_at is not None
    assert Workflow.objects.filter(status=RunState.PAUSED).count() == MANY
    assert Entry.objects.get(pk=job.pk).operation_type == "bulk_pause"
    parts = Entry.objects.filter(parent=job.pk, operation_type="pause", result="success")
    assert parts.count() == MANY
    assert parts.values("resource_id").distinct().count() == MANY
    assert {entry.reason for entry in parts[:5]} == {"night"}
    assert set(job.items.values_list("operation_id", flat=True)) == set(parts.values_list("pk", flat=True))


def test_one_run__costs_a_bounded_number_of_statements_and_one_commit(make_runs: MakeRuns) -> None:
    job = ask("pause", make_runs(3, steps=True))
    deal_with_next(job, SYSTEM)
    with CaptureQueriesContext(connection) as queries:
        assert deal_with_next(job, SYSTEM)
    statements = [query["sql"] for query in queries]
    assert len(statements) <= AT_MOST, "\n".join(statements)
    assert sum(statement == "COMMIT" for statement in statements) == 1


def test_cost__does_not_grow_with_the_bulk(make_runs: MakeRuns) -> None:
    counts = []
    for number in (2, 300):
        job = ask("pause", make_runs(number))
        deal_with_next(job, SYSTEM)  # the graph is read once
        with CaptureQueriesContext(connection) as queries:
            deal_with_next(job, SYSTEM)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_slice__ends_and_asks_for_its_next_turn(
    make_runs: MakeRuns, messages: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "SLICE_RUNS", 2)
    job = ask("pause", make_runs(3))
    messages.clear()
    assert work_on(job.pk, 0) == 2
    assert messages == [(str(job.pk), 1)]
    assert work_on(job.pk, 0) == 0, "a second message for the same turn is let go"
    assert work_on(job.pk, 1) == 1
    assert len(messages) == 1
    assert BulkJob.objects.get().status == BulkStatus.COMPLETED


def test_each_run__tells_why_it_refused(make_runs: MakeRuns) -> None:
    running, paused, failed, gone = (
        make_runs(1, state)[0] for state in (RunState.RUNNING, RunState.PAUSED, RunState.FAILED, RunState.RUNNING)
    )
    job = ask("pause", [running, paused, failed, gone])
    Workflow.objects.filter(pk=gone.pk).delete()
    work_off(job)
    found = {item.workflow_id: item for item in job.items.all()}
    assert {run.pk: (found[run.pk].result, found[run.pk].reason_code) for run in (running, paused, failed, gone)} == {
        running.pk: ("done", ReasonCode.OPERATION_COMPLETED),
        paused.pk: ("already", ReasonCode.FORBIDDEN_TRANSITION),
        failed.pk: ("refused", ReasonCode.FORBIDDEN_TRANSITION),
        gone.pk: ("gone", ReasonCode.RESOURCE_NOT_FOUND),
    }
    assert "failed" in found[failed.pk].message
    assert Entry.objects.filter(parent=job.pk).count() == 4, "refusals are on record too"


def test_messages__are_in_the_language_of_who_asked(make_runs: MakeRuns, monkeypatch: pytest.MonkeyPatch) -> None:
    spoken: list[str | None] = []

    def listens(actor: Actor, request: Any) -> Any:
        spoken.append(translation.get_language())
        return perform(actor, request)

    perform = part.perform
    monkeypatch.setattr(part, "perform", listens)
    with translation.override("de"):
        job = ask("pause", make_runs(1))
    work_off(job)
    assert spoken == ["de"]
    assert translation.get_language() != "de"


def test_step_operations__take_their_step_and_options(make_runs: MakeRuns) -> None:
    runs = make_runs(2, RunState.FAILED, steps=True)
    job = work_off(ask("skip_step", runs, step_id="add-one", options={"output": 41}))
    assert results(job) == {"done": 2}
    assert set(Step.objects.filter(key="add-one").values_list("status", "output")) == {("skipped", 41)}
    again = work_off(ask("skip_step", runs, step_id="nowhere"))
    assert set(again.items.values_list("result", "reason_code")) == {("refused", "resource_not_found")}


def test_dry_run__changes_nothing_and_foresees_the_same(make_runs: MakeRuns) -> None:
    runs = [*make_runs(2, steps=True), *make_runs(1, RunState.PAUSED), *make_runs(1, RunState.COMPLETED)]
    before = _everything()
    dry = work_off(ask("pause", runs, dry_run=True))
    assert _everything() == before
    foreseen = list(dry.items.order_by("workflow_id").values_list("workflow_id", "result", "reason_code"))
    assert results(dry) == {"done": 2, "refused": 1, "already": 1}
    assert all("No changes made" in item.message for item in dry.items.filter(result="done"))
    assert [entry.operation_type for entry in Entry.objects.filter(resource_type="workflow")] == ["bulk_dry_run"]
    wet = work_off(ask("pause", runs))
    assert list(wet.items.order_by("workflow_id").values_list("workflow_id", "result", "reason_code")) == foreseen


def _everything() -> list[Any]:
    return [list(model.objects.order_by("pk").values()) for model in (Workflow, Step, Event)] + [
        list(Workflow.history.values())
    ]


@pytest.mark.parametrize("dry_run", [False, True])
def test_paused_job__waits_and_goes_on(make_runs: MakeRuns, messages: list[Any], dry_run: bool) -> None:
    job = ask("pause", make_runs(3), dry_run=dry_run)
    assert deal_with_next(job, SYSTEM)
    assert steer_bulk(SYSTEM, job.pk, BulkAct.PAUSE).status == BulkStatus.PAUSED
    assert not deal_with_next(job, SYSTEM)
    assert work_on(job.pk, 0) == 0
    assert results(job) == {"waiting": 2, "done": 1}
    messages.clear()
    steer_bulk(SYSTEM, job.pk, BulkAct.RESUME)
    assert messages == [(str(job.pk), 0)]
    assert work_off(job).status == BulkStatus.COMPLETED
    assert results(job) == {"done": 3}
    kinds = Entry.objects.filter(parent=job.pk, operation_type__startswith="bulk_job").order_by("pk")
    assert list(kinds.values_list("operation_type", flat=True)) == ["bulk_job_pause", "bulk_job_resume"]


def test_cancelled_job__leaves_the_rest_as_it_is(make_runs: MakeRuns) -> None:
    job = ask("pause", make_runs(3))
    assert deal_with_next(job, SYSTEM)
    steer_bulk(SYSTEM, job.pk, BulkAct.CANCEL)
    assert not deal_with_next(job, SYSTEM)
    job = work_off(job)
    assert (job.status, results(job)) == (BulkStatus.CANCELLED, {"waiting": 2, "done": 1})
    assert Workflow.objects.filter(status=RunState.RUNNING).count() == 2
    with pytest.raises(Refused) as refused:
        steer_bulk(SYSTEM, job.pk, BulkAct.RESUME)
    assert refused.value.code == ReasonCode.FORBIDDEN_TRANSITION
    assert Entry.objects.filter(operation_type="bulk_job_resume", result="failure").count() == 1
    again = work_off(retry_failed(SYSTEM, job.pk))
    assert results(again) == {"done": 2}


def test_retry_failed__is_a_new_job_of_the_refused_only(make_runs: MakeRuns) -> None:
    running, failed = make_runs(2), make_runs(2, RunState.FAILED)
    job = ask("pause", running + failed, options={"mode": "stop"}, reason="first")
    with pytest.raises(Refused):
        retry_failed(SYSTEM, job.pk)
    work_off(job)
    Workflow.objects.filter(pk=failed[0].pk).update(status=RunState.RUNNING)
    again = work_off(retry_failed(SYSTEM, job.pk))
    assert (again.retry_of_id, again.options, again.reason) == (job.pk, {"mode": "stop"}, "first")
    assert dict(again.items.values_list("workflow_id", "result")) == {failed[0].pk: "done", failed[1].pk: "refused"}
    assert Entry.objects.get(pk=again.pk).parent == job.pk
    assert results(job) == {"done": 2, "refused": 2}, "the first job keeps what came of it"
    Workflow.objects.update(status=RunState.RUNNING)
    with pytest.raises(Refused) as refused:
        retry_failed(SYSTEM, work_off(retry_failed(SYSTEM, again.pk)).pk)
    assert refused.value.code == ReasonCode.INVALID_STATE


def test_rights__are_those_of_the_moment(make_runs: MakeRuns, people: dict[str, User]) -> None:
    job = ask("pause", make_runs(3), Actor(people["operator"], Surface.API, "10.0.0.1"))
    people["operator"].groups.clear()
    assert results(work_off(job)) == {"refused": 3}
    assert set(job.items.values_list("reason_code", flat=True)) == {ReasonCode.PERMISSION_DENIED}
    entries = Entry.objects.filter(parent=job.pk)
    assert set(entries.values_list("triggered_by", "surface", "address")) == {("operator", "api", "10.0.0.1")}


def test_deleted_user__ends_the_job(make_runs: MakeRuns, people: dict[str, User]) -> None:
    job = ask("pause", make_runs(2), Actor(people["operator"], Surface.API))
    people["operator"].delete()
    job = work_off(job)
    assert (job.status, results(job)) == (BulkStatus.CANCELLED, {"waiting": 2})
    assert Entry.objects.get(operation_type="bulk_job_cancel").reason == "user_is_gone"


def test_job_is_steered__by_who_may_do_the_operation(make_runs: MakeRuns, people: dict[str, User]) -> None:
    job = ask("pause", make_runs(2))
    for act in (BulkAct.PAUSE, BulkAct.CANCEL):
        with pytest.raises(Refused) as refused:
            steer_bulk(Actor(people["viewer"], Surface.API), job.pk, act)
        assert refused.value.code == ReasonCode.PERMISSION_DENIED
    assert steer_bulk(Actor(people["operator"], Surface.API), job.pk, BulkAct.PAUSE).status == BulkStatus.PAUSED
    assert BulkItem.objects.filter(result="waiting").count() == 2
    assert Operation(job.operation) is Operation.PAUSE


def test_owner_of_the_files__needs_no_account(make_runs: MakeRuns) -> None:
    owner = Actor(None, Surface.CLI, local_name="root")
    job = work_off(ask("cancel", make_runs(2), owner))
    assert (job.status, results(job)) == (BulkStatus.COMPLETED, {"done": 2})
    entries = Entry.objects.filter(parent=job.pk).values_list("triggered_by", "surface")
    assert list(entries) == [("root", "cli")] * 2
