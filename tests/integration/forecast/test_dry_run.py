"""Dry runs of runs in every state: they tell, and change nothing."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.actor import SYSTEM, Actor
from audit.models import Entry
from tests.driver import Driver
from tests.integration.forecast.conftest import Tables
from workflows.engine.claim import Claim
from workflows.engine.finish import finish
from workflows.engine.outcome import Failed, Succeeded
from workflows.models import Session, Step, Workflow
from workflows.operations.create import NewRun, create_run
from workflows.operations.perform import perform
from workflows.operations.request import Answer, Request
from workflows.states import Operation, ReasonCode, RunState

Read = Callable[[], Tables]


def ask(operation: str, run: Workflow, step_id: str | None = None, **options: Any) -> Answer:
    return perform(SYSTEM, Request(Operation(operation), run.pk, step_id=step_id, options=options))


def dry_run(run: Workflow, step_id: str | None = None) -> dict[str, dict[str, Any]]:
    answer = ask("dry_run", run, step_id)
    assert answer.is_done, answer.message
    return {action["step_id"]: action for action in answer.metadata["simulated_actions"]}


def actions(run: Workflow, step_id: str | None = None) -> dict[str, tuple[str, str]]:
    return {key: (action["action"], action["reason"]) for key, action in dry_run(run, step_id).items()}


def claimed(driver: Driver, run: Workflow, key: str | None = None) -> Claim:
    claim = driver.claim(run, key)
    assert claim
    return claim


def idle(driver: Driver) -> Workflow:
    return create_run(SYSTEM, NewRun("fetch-and-store", input={"url": "x"}, start=False)).run


def running(driver: Driver) -> Workflow:
    run = driver.start("fetch-and-store", url="x")
    finish(claimed(driver, run), Succeeded({"url": "x", "body": "a b", "size": 3}, '{"url": "x"}'), take_next=False)
    claimed(driver, run, "split")
    return run


def failing(driver: Driver) -> Workflow:
    run = running(driver)
    finish(claimed(driver, run, "is-large"), Failed("step_failed", "boom"), take_next=False)
    return run


def paused(driver: Driver) -> Workflow:
    run = running(driver)
    ask("pause", run)
    return run


def completed(driver: Driver) -> Workflow:
    return driver.work_off(driver.start("fetch-and-store", url="x"))


def failed(driver: Driver) -> Workflow:
    return driver.work_off(driver.start("hopeless"))


def cancelled(driver: Driver) -> Workflow:
    run = running(driver)
    ask("cancel", run)
    return run


@pytest.mark.parametrize("make", [idle, running, failing, paused, completed, failed, cancelled])
def test_dry_run__changes_nothing_in_any_state(
    driver: Driver, tables: Read, messages: Sequence[Any], make: Callable[[Driver], Workflow]
) -> None:
    run = driver.again(make(driver))
    sent, before, entries = len(messages), tables(), Entry.objects.count()
    answer = ask("dry_run", run)
    assert (answer.status, answer.reason_code) == (run.status, ReasonCode.OPERATION_COMPLETED)
    assert "No changes made" in answer.message
    assert answer.metadata["dry_run"] is True
    assert {action["step_id"] for action in answer.metadata["simulated_actions"]} == set(
        Step.objects.filter(workflow=run, index=-1).values_list("key", flat=True)
    )
    assert tables() == before
    assert len(messages) == sent
    assert Entry.objects.count() == entries + 1
    entry = Entry.objects.get(pk=answer.operation_id)
    assert (entry.operation_type, entry.state_before, entry.state_after) == ("dry_run", run.status, run.status)


def test_idle_run__tells_what_cannot_be_known_yet(driver: Driver) -> None:
    found = dry_run(idle(driver))
    assert {key: action["action"] for key, action in found.items()} == {
        "fetch": "run", "split": "run", "store": "run", "report": "run", "notify": "run", "is-large": "run",
        "escalate": "unknown",
    }  # fmt: skip
    assert found["escalate"]["condition"] == "unknown until is-large"
    assert (found["store"]["width"], found["store"]["unknown_until"]) == (None, ["split"])


def test_running_run__keeps_what_is_done(driver: Driver) -> None:
    assert actions(running(driver)) == {
        "fetch": ("keep", "done"),
        "split": ("run", "in_flight"),
        "store": ("run", "not_started"),
        "report": ("run", "not_started"),
        "notify": ("run", "not_started"),
        "is-large": ("run", "ready"),
        "escalate": ("unknown", "condition_unknown"),
    }


@pytest.mark.parametrize(("value", "action"), [(True, "run"), (False, "skip")])
def test_condition__is_decided_once_its_value_is_there(driver: Driver, value: bool, action: str) -> None:
    run = running(driver)
    finish(claimed(driver, run, "is-large"), Succeeded(value, str(value).lower()), take_next=False)
    Workflow.objects.filter(pk=run.pk).update(status=RunState.FAILED)
    found = dry_run(run, "escalate")["escalate"]
    assert (found["action"], found["condition"]) == (action, str(value).lower())


def test_failing_run__starts_nothing_more(driver: Driver) -> None:
    found = actions(failing(driver))
    assert (found["fetch"], found["split"]) == (("keep", "done"), ("run", "in_flight"))
    assert {found[key] for key in ("store", "report", "notify", "is-large", "escalate")} == {("hold", "run_fails")}


def test_paused_run_with_a_failed_step__fails_when_resumed(driver: Driver) -> None:
    run = paused(driver)
    split = Step.objects.get(workflow=run, key="split")
    Step.objects.filter(pk=split.pk).update(status="failed", session=None)
    assert actions(run)["store"] == ("hold", "run_fails")


def test_completed_run__would_do_nothing_but_what_is_named(driver: Driver) -> None:
    run = completed(driver)
    assert {action for action, _reason in actions(run).values()} == {"keep"}
    again = actions(run, "split")
    assert again["split"] == ("run", "named")
    assert {again[key] for key in ("store", "report", "notify")} == {("run", "not_done_or_below")}
    assert {again[key] for key in ("fetch", "is-large")} == {("keep", "done")}
    assert again["escalate"] == ("keep", "skipped_before")


def test_step_that_was_left_out__is_refused_as_a_retry_refuses_it(driver: Driver) -> None:
    run = driver.work_off(driver.start("branches", number=-1))
    answer = ask("dry_run", run, "below")
    Workflow.objects.filter(pk=run.pk).update(status=RunState.FAILED)
    retried = ask("retry", run, "below")
    assert (answer.reason_code, answer.message) == (retried.reason_code, retried.message)
    assert answer.reason_code == ReasonCode.INVALID_STATE


def test_cost__is_the_same_whatever_the_size(driver: Driver) -> None:
    costs = set()
    for count in (2, 40):
        run = driver.work_off(driver.start("fan", count=count))
        ask("dry_run", run, "numbers")
        with CaptureQueriesContext(connection) as captured:
            ask("dry_run", run, "numbers")
        costs.add(len(captured))
    assert len(costs) == 1
    assert costs.pop() <= 16


def test_completed_run__knows_the_width_and_the_item(driver: Driver) -> None:
    run = driver.work_off(driver.start("fan", count=3))
    found = dry_run(run, "double")["double"]
    assert (found["action"], found["width"], found["items"]) == ("run", 3, 3)
    found = dry_run(run, "double[1]")["double"]
    assert (found["action"], found["width"], found["items"]) == ("run", 3, 1)


def test_fan_out_over_a_text__would_fail(driver: Driver) -> None:
    run = driver.work_off(driver.start("fan-over-text"))
    assert run.status == RunState.FAILED
    assert actions(run)["one"] == ("fail", "not_a_list")


def test_cancelled_run__would_be_retried(driver: Driver) -> None:
    found = actions(cancelled(driver))
    assert found["fetch"] == ("keep", "done")
    assert found["split"] == ("run", "not_done_or_below")


def test_estimates__come_from_what_was(driver: Driver) -> None:
    run = idle(driver)
    assert ask("dry_run", run).metadata["estimated_seconds"] is None
    for _number in range(3):
        completed(driver)
    answer = ask("dry_run", run)
    seconds = {action["step_id"]: action["estimated_seconds"] for action in answer.metadata["simulated_actions"]}
    assert seconds.pop("escalate") is None, "it never ran"
    assert all(0 <= found["median"] <= found["p95"] for found in seconds.values())
    assert answer.metadata["estimated_seconds"] >= 0


def test_findings__name_missing_code_and_missing_workers(driver: Driver) -> None:
    run = idle(driver)
    completed(driver)  # which opens this process's session
    assert ask("dry_run", run).metadata["findings"] == []
    Session.objects.update(expires_at="2020-01-01T00:00:00+00:00")
    Workflow.objects.filter(pk=run.pk).update(plan=_plan_without_code(run))
    codes = [finding["code"] for finding in ask("dry_run", run).metadata["findings"]]
    assert codes == ["step_not_found", "no_live_worker"]


def _plan_without_code(run: Workflow) -> Any:
    from workflows.models import Plan

    graph = Plan.objects.get(pk=run.plan_id).graph
    graph["nodes"][0]["task"] = "nowhere.at.all:step"
    return Plan.objects.create(checksum="without-code", graph=graph)


def test_refusals__are_on_record(driver: Driver, people: dict[str, Any], operator: Actor) -> None:
    run = idle(driver)
    people["viewer"].groups.clear()
    nobody = Actor(people["viewer"], operator.surface)
    asked = [
        (nobody, Request(Operation.DRY_RUN, run.pk), ReasonCode.PERMISSION_DENIED),
        (operator, Request(Operation.DRY_RUN, run.pk, step_id="nope"), ReasonCode.RESOURCE_NOT_FOUND),
        (operator, Request(Operation.DRY_RUN, run.pk, options={"mode": "x"}), ReasonCode.INVALID_CONFIGURATION),
        (operator, Request(Operation.DRY_RUN, run.definition.plan.runs.model().pk), ReasonCode.RESOURCE_NOT_FOUND),
    ]
    for actor, request, code in asked:
        answer = perform(actor, request)
        assert answer.reason_code == code
        assert Entry.objects.get(pk=answer.operation_id).result == "failure"
