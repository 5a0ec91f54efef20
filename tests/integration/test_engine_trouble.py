"""Steps that fail, hang, come late or give what cannot be kept."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from audit.actor import SYSTEM
from tests.driver import Driver
from tests.integration.operating import claimed
from workflows.engine.deadline import fail_overdue_runs
from workflows.engine.finish import finish
from workflows.engine.outcome import Failed, Interrupted, Succeeded
from workflows.engine.recover import recover_lost_sessions
from workflows.engine.release import release_leases
from workflows.engine.replay import claim_replay
from workflows.models import Attempt, Event, Session, Step, Workflow
from workflows.operations.perform import perform
from workflows.operations.request import Request
from workflows.states import AttemptState, Operation, RunState, StepState
from workflows.worker.session import own_session


def step_of(run: Workflow, key: str) -> Step:
    return Step.objects.get(workflow=run, key=key, index=-1)


def kinds(run: Workflow) -> list[str]:
    return list(Event.objects.filter(workflow=run).order_by("seq").values_list("kind", flat=True))


@pytest.mark.parametrize(
    ("flow", "step", "code", "message"),
    [
        ("not-json", "give-object", "output_not_json", "output.items[1].bad"),
        ("too-much", "give-much", "output_too_large", "at most 256 KiB"),
        ("fan-over-text", "one", "not_a_list", "type str"),
        ("slow", "sleep-too-long", "timeout", "longer than its 0.3 s"),
    ],
)
def test_failure__names_step_code_and_cause(driver: Driver, flow: str, step: str, code: str, message: str) -> None:
    run = driver.work_off(driver.start(flow))
    assert run.status == RunState.FAILED
    assert run.error["step"] == step
    assert run.error["code"] == code
    assert message in run.error["message"]
    assert step_of(run, step).status == StepState.FAILED


def test_timeout__is_recorded_as_such(driver: Driver) -> None:
    run = driver.work_off(driver.start("slow"))
    attempt = Attempt.objects.get(workflow=run)
    assert attempt.status == AttemptState.TIMEOUT
    assert "sleep_too_long" in attempt.traceback


def test_failure__drains_before_the_run_fails(driver: Driver) -> None:
    run = driver.start("diamond")
    sibling = driver.claim(run, "sibling")
    failing = driver.claim(run, "fail-now")
    assert sibling
    assert failing
    assert finish(failing, Failed("step_failed", "boom"), take_next=True) is None

    draining = driver.again(run)
    assert (draining.status, draining.phase, draining.in_flight) == (RunState.RUNNING, "draining", 1)
    assert draining.error == {"step": "fail-now", "code": "step_failed", "message": "boom"}
    assert driver.claim(run) is None, "nothing new may start"

    assert finish(sibling, Succeeded(0.0, "0.0"), take_next=True) is None
    failed = driver.again(run)
    assert (failed.status, failed.in_flight) == (RunState.FAILED, 0)
    assert failed.finished_at is not None
    assert step_of(run, "sibling").status == StepState.SUCCEEDED
    assert step_of(run, "before").status == StepState.PENDING
    assert kinds(run)[-1] == "run_failed"


def test_late_report__changes_nothing_and_is_kept(driver: Driver) -> None:
    run = driver.start("chain-of-ten")
    old = driver.claim(run)
    assert old
    release_leases(old.session_id, AttemptState.LOST)
    new = driver.claim(run)
    assert new
    assert new.token > old.token
    assert new.number == old.number + 1

    assert finish(old, Succeeded(99, "99"), take_next=True) is None
    assert step_of(run, "add-one").status == StepState.RUNNING
    late = Attempt.objects.get(pk=old.attempt_id)
    assert (late.status, late.output) == (AttemptState.LATE, 99)

    assert finish(new, Succeeded(1, "1"), take_next=False) is None
    assert step_of(run, "add-one").output == 1
    assert "attempt_late" in kinds(run)


def test_same_report_twice__changes_nothing(driver: Driver) -> None:
    run = driver.start("chain-of-ten")
    claim = driver.claim(run)
    assert claim
    finish(claim, Succeeded(1, "1"), take_next=False)
    before = (driver.again(run).done, kinds(run))
    assert finish(claim, Succeeded(1, "1"), take_next=True) is None
    assert (driver.again(run).done, kinds(run)) == before
    assert Attempt.objects.get(pk=claim.attempt_id).status == AttemptState.SUCCEEDED


def test_two_claims__of_one_step_give_one_lease(driver: Driver) -> None:
    run = driver.start("chain-of-ten")
    assert driver.claim(run) is not None
    assert driver.claim(run) is None
    assert driver.again(run).in_flight == 1


def test_interrupted_attempt__hands_its_work_back_and_costs_no_retry(driver: Driver) -> None:
    run = driver.start("chain-of-ten")
    claim = driver.claim(run)
    assert claim
    finish(claim, Interrupted(), take_next=False)
    step = step_of(run, "add-one")
    assert (step.status, step.failures) == (StepState.READY, 0)
    assert driver.work_off(run).output == 10


def test_backoff__is_waited_for(driver: Driver) -> None:
    run = driver.start("fetch-and-store", url="x")
    claim = driver.claim(run)
    assert claim
    finish(claim, Failed("step_failed", "first"), take_next=True)
    step = step_of(run, "fetch")
    assert step.status == StepState.WAITING
    assert step.due_at is not None
    assert step.finished_at is None
    failed = Attempt.objects.get(pk=claim.attempt_id)
    assert failed.finished_at is not None
    assert step.due_at - failed.finished_at == timedelta(seconds=1)
    assert driver.claim(run) is None, "not before the back-off ends"
    Step.objects.filter(pk=step.pk).update(due_at=timezone.now() - timedelta(seconds=1))
    again = driver.claim(run)
    assert again
    assert again.number == 2


def test_deadline__fails_the_run_and_asks_attempts_to_stop(driver: Driver) -> None:
    run = driver.start("overdue")
    claim = driver.claim(run)
    assert claim
    assert fail_overdue_runs() == 0
    Workflow.objects.filter(pk=run.pk).update(deadline_at=timezone.now() - timedelta(seconds=1))
    assert fail_overdue_runs() == 1
    assert fail_overdue_runs() == 0

    attempt = Attempt.objects.get(pk=claim.attempt_id)
    assert attempt.stop_reason == "deadline"
    assert driver.again(run).phase == "draining"
    finish(claim, Interrupted(), take_next=True)
    failed = driver.again(run)
    assert failed.status == RunState.FAILED
    assert failed.error["code"] == "deadline"


def test_deadline__tells_nobody_twice_and_no_replay(driver: Driver) -> None:
    run = driver.start("fetch-and-store", url="x")
    finish(claimed(driver, run), Succeeded({"body": "", "size": 0}, '{"body": "", "size": 0}'), take_next=False)
    told = claimed(driver, run)
    assert perform(SYSTEM, Request(Operation.REPLAY_STEP, run.pk, step_id="fetch")).is_done
    replay = Attempt.objects.get(is_replay=True)
    assert claim_replay(replay.pk, own_session())
    before = timezone.now() - timedelta(minutes=1)
    Attempt.objects.filter(pk=told.attempt_id).update(stop_requested_at=before, stop_reason="pause")
    Workflow.objects.filter(pk=run.pk).update(deadline_at=timezone.now() - timedelta(seconds=1))
    assert fail_overdue_runs() == 1
    attempt = Attempt.objects.get(pk=told.attempt_id)
    assert (attempt.stop_requested_at, attempt.stop_reason) == (before, "pause")
    assert Attempt.objects.get(pk=replay.pk).stop_requested_at is None


def test_deadline__of_a_run_with_nothing_in_flight_fails_it_at_once(driver: Driver) -> None:
    run = driver.start("overdue")
    Workflow.objects.filter(pk=run.pk).update(deadline_at=timezone.now() - timedelta(seconds=1))
    fail_overdue_runs()
    assert driver.again(run).status == RunState.FAILED


def test_silent_session__loses_its_leases(driver: Driver) -> None:
    run = driver.start("chain-of-ten")
    claim = driver.claim(run)
    assert claim
    assert recover_lost_sessions() == 0
    Session.objects.filter(pk=own_session()).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert recover_lost_sessions() == 1
    assert Attempt.objects.get(pk=claim.attempt_id).status == AttemptState.LOST
    step = step_of(run, "add-one")
    assert (step.status, step.failures, step.session_id) == (StepState.READY, 0, None)
    assert driver.again(run).in_flight == 0


@pytest.mark.parametrize(
    ("number", "skipped", "output"),
    [
        (1, set(), [[1, "other"], "kept"]),
        (0, {"positive", "below", "far-below"}, [None, "kept"]),
    ],
)
def test_condition__skips_the_step_and_all_below(driver: Driver, number: int, skipped: set[str], output: Any) -> None:
    run = driver.work_off(driver.start("branches", number=number))
    assert run.status == RunState.COMPLETED
    assert set(Step.objects.filter(workflow=run, status=StepState.SKIPPED).values_list("key", flat=True)) == skipped
    assert run.output == output
    assert run.done == run.total


def test_models__are_handed_on(driver: Driver) -> None:
    run = driver.work_off(driver.start("typed", name="n", size={"width": 3, "height": 2}))
    assert run.output == {"area": 6, "name": "n"}


def test_shaped_run__follows_its_own_graph(driver: Driver) -> None:
    run = driver.work_off(driver.start("shaped", steps=5))
    assert run.status == RunState.COMPLETED
    assert Step.objects.filter(workflow=run).count() == 5
    assert run.plan_id != run.definition.plan_id
