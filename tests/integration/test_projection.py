"""The states of steps can be told from the events alone, after every sample flow and in the middle of it."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from audit.actor import SYSTEM
from tests.driver import Driver
from tests.past import events_tell_all
from workflows.engine.claim import Claim
from workflows.engine.finish import finish
from workflows.engine.outcome import Failed, Succeeded
from workflows.engine.release import release_leases
from workflows.models import Event, Step, Workflow
from workflows.operations.recipe import operate
from workflows.operations.request import Request
from workflows.selectors.errors import Missing
from workflows.selectors.past import past_of
from workflows.states import Admission, AttemptState, Operation, RunState, StepState
from workflows.worker.session import own_session

FLOWS: dict[str, dict[str, Any]] = {
    "chain-of-ten": {},
    "fan": {"count": 4},
    "fetch-and-store": {"url": "x"},
    "flaky": {"attempts": 3},
    "hopeless": {},
    "patient": {},
    "not-json": {},
    "too-much": {},
    "fan-over-text": {},
    "diamond": {},
    "careful": {},
    "branches": {"number": -1},
    "thirty": {},
    "all-heavy": {"items": []},
    "shaped": {"steps": 3},
}


def do(run: Workflow, operation: Operation, step: str | None = None, **options: Any) -> None:
    answer = operate(SYSTEM, Request(operation, run.pk, step_id=step, options=options))
    assert answer.is_done, answer.message


def claimed(driver: Driver, run: Workflow, key: str | None = None) -> Claim:
    claim = driver.claim(run, key)
    assert claim
    return claim


@pytest.mark.parametrize("flow", FLOWS)
def test_projection__equals_the_database_after_a_sample_flow(driver: Driver, flow: str) -> None:
    run = driver.start(flow, **FLOWS[flow])
    assert events_tell_all(run)
    driver.work_off(run)
    assert events_tell_all(run)
    if driver.again(run).status in (RunState.COMPLETED, RunState.FAILED):
        do(run, Operation.RESTART)
        assert events_tell_all(run)


def test_projection__knows_what_a_retry_put_back(driver: Driver) -> None:
    run = driver.work_off(driver.start("thirty"))
    Workflow.objects.filter(pk=run.pk).update(status=RunState.FAILED)
    do(run, Operation.RETRY, "shout[2]")
    assert events_tell_all(run)
    driver.work_off(run)
    assert events_tell_all(run)


def test_projection__knows_skips_before_their_turn_and_after_a_failure(driver: Driver) -> None:
    run = driver.start("diamond")
    do(run, Operation.SKIP_STEP, "late")
    assert events_tell_all(run)
    driver.work_off(run)
    assert driver.again(run).status == RunState.FAILED
    do(run, Operation.SKIP_STEP, "fail-now")
    assert events_tell_all(run)
    do(run, Operation.RETRY)
    driver.work_off(run)
    assert events_tell_all(run)


def test_projection__knows_what_a_cancel_closed(driver: Driver) -> None:
    run = driver.start("fan", count=3)
    first = claimed(driver, run)
    item = finish(first, Succeeded([0, 1, 2], "[0, 1, 2]"), take_next=True)
    assert item
    do(run, Operation.CANCEL)
    assert events_tell_all(run)
    finish(item, Succeeded(0, "0"), take_next=False)  # too late
    assert events_tell_all(run)


def test_projection__knows_lost_attempts_and_held_failures(driver: Driver) -> None:
    run = driver.start("fan", count=3)
    finish(claimed(driver, run), Succeeded([0, 1, 2], "[0, 1, 2]"), take_next=False)
    claimed(driver, run)
    release_leases(own_session(), AttemptState.LOST)
    assert events_tell_all(run)
    again = claimed(driver, run)
    do(run, Operation.PAUSE)
    finish(again, Failed("step_failed", "told to", permanent=True), take_next=False)
    assert events_tell_all(run)
    do(run, Operation.RESUME)
    assert events_tell_all(run)


def test_projection__knows_that_a_bounded_run_waits(driver: Driver) -> None:
    runs = [driver.start("narrow") for _run in range(3)]
    waiting = driver.again(runs[-1])
    assert waiting.admission == Admission.WAITING
    assert Event.objects.get(workflow=waiting, kind="run_started").data == {"waits": True}
    assert all(events_tell_all(run) for run in runs)
    driver.work_off(runs[0])
    assert driver.again(waiting).admission == Admission.ADMITTED
    assert events_tell_all(waiting)


def test_projection__knows_a_step_that_waits_between_attempts(driver: Driver) -> None:
    run = driver.work_off(driver.start("patient"))
    step = Step.objects.get(workflow=run)
    assert step.status == StepState.WAITING
    assert events_tell_all(run)
    Step.objects.filter(pk=step.pk).update(due_at=timezone.now() - timedelta(seconds=1))
    driver.work_off(run)
    assert events_tell_all(run)


def test_past__goes_back_event_by_event(driver: Driver) -> None:
    run = driver.work_off(driver.start("chain-of-ten"))
    done = [
        sum(step.status == StepState.SUCCEEDED for step in past_of(run, seq).projection.steps.values())
        for seq in range(1, run.event_seq + 1)
    ]
    assert done[0] == 0
    assert done[-1] == 10
    assert done == sorted(done)


@pytest.mark.parametrize("seq", [0, -1, 1_000])
def test_past__refuses_an_event_that_is_none(driver: Driver, seq: int) -> None:
    run = driver.work_off(driver.start("fan"))
    with pytest.raises(Missing):
        past_of(run, seq)
