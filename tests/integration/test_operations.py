"""What pausing, cancelling and refusing do to real work, one worker's message at a time."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from audit.models import Entry
from tests.driver import Driver
from tests.integration.operating import ask, claimed, done, status
from workflows import clock
from workflows.engine.finish import finish
from workflows.engine.outcome import Failed, Interrupted, Succeeded
from workflows.models import Attempt, Event, Step, Workflow
from workflows.operations import pause
from workflows.states import AttemptState, ReasonCode, RunState, StepState


def test_pause__lets_nothing_start_and_keeps_what_comes_in(driver: Driver) -> None:
    run = driver.start("chain-of-ten")
    claim = claimed(driver, run)
    answer = done(ask("pause", run))
    assert (answer.status, answer.metadata["in_flight"]) == (RunState.PAUSED, 1)
    assert driver.again(run).phase == "draining"

    assert finish(claim, Succeeded(1, "1"), take_next=True) is None
    paused = driver.again(run)
    assert (paused.status, paused.phase, paused.done) == (RunState.PAUSED, "settled", 1)
    assert paused.settled_at is not None
    assert status(run, "add-one-2") == StepState.PENDING
    assert driver.claim(run) is None

    done(ask("resume", run))
    resumed = driver.again(run)
    assert (resumed.status, resumed.settled_at, resumed.paused_at) == (RunState.RUNNING, None, None)
    assert driver.work_off(run).output == 10
    kinds = list(Event.objects.filter(workflow=run).order_by("seq").values_list("kind", flat=True))
    assert kinds.index("run_paused") < kinds.index("run_settled") < kinds.index("run_resumed")


def test_pause__of_the_last_step_completes_on_resume(driver: Driver) -> None:
    run = driver.start("nap", seconds=0.0)
    claim = claimed(driver, run)
    ask("pause", run)
    finish(claim, Succeeded(0.0, "0.0"), take_next=True)
    assert driver.again(run).status == RunState.PAUSED
    done(ask("resume", run))
    completed = driver.again(run)
    assert (completed.status, completed.output) == (RunState.COMPLETED, 0.0)


def test_failure_while_paused__fails_the_run_on_resume(driver: Driver) -> None:
    run = driver.start("nap", seconds=0.0)
    claim = claimed(driver, run)
    ask("pause", run)
    finish(claim, Failed("step_failed", "boom"), take_next=True)
    paused = driver.again(run)
    assert (paused.status, paused.error) == (RunState.PAUSED, None)
    done(ask("resume", run))
    failed = driver.again(run)
    assert (failed.status, failed.error["message"]) == (RunState.FAILED, "boom")


def test_pause_with_stop__takes_the_work_back(driver: Driver) -> None:
    run = driver.start("nap", seconds=0.0)
    claim = claimed(driver, run)
    done(ask("pause", run, mode="stop"))
    assert Attempt.objects.get(pk=claim.attempt_id).stop_reason == "pause"
    finish(claim, Interrupted(), take_next=True)
    assert driver.again(run).phase == "settled"
    done(ask("resume", run))
    assert driver.work_off(run).status == RunState.COMPLETED


def test_deadline__stands_still_while_paused(driver: Driver) -> None:
    run = driver.start("overdue")
    before = timezone.now() + timedelta(seconds=60)
    Workflow.objects.filter(pk=run.pk).update(deadline_at=before)
    ask("pause", run)
    paused = driver.again(run)
    assert paused.deadline_at is None
    assert 59 < paused.deadline_left < 60.01  # SQLite's clock has milliseconds
    ask("resume", run)
    assert driver.again(run).deadline_at > before


def test_hold__ends_by_itself(driver: Driver) -> None:
    going, staying = driver.start("chain-of-ten"), driver.start("chain-of-ten")
    ask("pause", going, hold_until="2100-01-01T00:00:00+00:00")
    ask("pause", staying, hold_until="2100-01-01T00:00:00+00:00", then="stay")
    clock.tick()
    assert driver.again(going).status == RunState.PAUSED
    Workflow.objects.update(hold_until="2020-01-01T00:00:00+00:00")
    clock.tick()
    assert driver.again(going).status == RunState.RUNNING
    assert driver.again(staying).status == RunState.PAUSED
    assert Entry.objects.filter(operation_type="resume", triggered_by="system", reason="hold_ended").count() == 1
    assert Event.objects.filter(workflow=staying, kind="hold_ended").count() == 1


@pytest.mark.parametrize(
    "options",
    [{"mode": "maybe"}, {"hold_until": "soon"}, {"hold_until": "2020-01-01T00:00:00Z"}, {"then": "x"}, {"colour": 1}],
)  # fmt: skip
def test_pause__refuses_options_that_make_no_sense(driver: Driver, options: dict[str, Any]) -> None:
    run = driver.start("chain-of-ten")
    answer = ask("pause", run, **options)
    assert answer.reason_code == ReasonCode.INVALID_CONFIGURATION
    assert list(answer.metadata["fields"]) == list(options)
    assert driver.again(run).status == RunState.RUNNING


def test_cancel__is_final_and_late_results_are_kept_without_effect(driver: Driver) -> None:
    run = driver.start("fan", count=3)
    numbers = claimed(driver, run)
    finish(numbers, Succeeded([0, 1, 2], "[0,1,2]"), take_next=False)
    item = claimed(driver, run)
    answer = done(ask("cancel", run))
    assert (answer.status, answer.reason_code) == (RunState.CANCELLED, ReasonCode.OPERATION_CANCELLED)
    assert driver.again(run).phase == "stopping"
    assert driver.claim(run) is None

    assert finish(item, Succeeded(0, "0"), take_next=True) is None
    after = driver.again(run)
    assert (after.status, after.phase, after.in_flight) == (RunState.CANCELLED, "settled", 0)
    late = Attempt.objects.get(pk=item.attempt_id)
    assert (late.status, late.output) == (AttemptState.LATE, 0)
    assert set(Step.objects.filter(workflow=run).exclude(key="numbers").values_list("status", flat=True)) == {
        "cancelled"
    }


def test_cancel__of_a_paused_run_works(driver: Driver) -> None:
    run = driver.start("chain-of-ten")
    ask("pause", run)
    done(ask("cancel", run))
    assert driver.again(run).phase == "settled"


def test_cancelled_attempt_that_never_stops__is_closed_as_unconfirmed(driver: Driver) -> None:
    run = driver.start("nap", seconds=0.0)
    claim = claimed(driver, run)
    ask("cancel", run)
    clock.tick()
    assert driver.again(run).in_flight == 1
    Attempt.objects.filter(pk=claim.attempt_id).update(stop_requested_at="2020-01-01T00:00:00+00:00")
    clock.tick()
    assert Attempt.objects.get(pk=claim.attempt_id).status == AttemptState.UNCONFIRMED
    assert driver.again(run).phase == "settled"
    assert Event.objects.filter(workflow=run, kind="step_unconfirmed").count() == 1


@pytest.mark.parametrize("operation", ["start", "resume", "retry", "restart"])
def test_refusal__changes_nothing_names_what_is_allowed_and_is_on_record(driver: Driver, operation: str) -> None:
    run = driver.start("chain-of-ten")
    before = driver.again(run).revision
    answer = ask(operation, run)
    assert answer.reason_code == ReasonCode.FORBIDDEN_TRANSITION
    assert answer.status == RunState.RUNNING
    assert set(answer.allowed_operations) == {"pause", "cancel", "skip_step", "replay_step", "dry_run"}
    assert driver.again(run).revision == before
    entry = Entry.objects.get(operation_id=answer.operation_id)
    assert (entry.result, entry.reason_code, entry.state_before) == ("failure", "forbidden_transition", "running")


def test_each_operation__leaves_one_entry_and_one_version(driver: Driver) -> None:
    run = driver.start("chain-of-ten")
    for operation in ("pause", "resume", "cancel", "retry", "cancel", "restart", "start"):
        answer = done(ask(operation, run))
        assert Entry.objects.filter(operation_id=answer.operation_id).count() == 1
        version = run.history.first()  # type: ignore[attr-defined]
        assert version.history_change_reason == str(answer.operation_id), operation
        assert version.status == answer.status


def test_database_lost_after_the_commit__is_no_failure_of_what_happened(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_workflow_id: Any) -> None:
        raise OperationalError("the server closed the connection unexpectedly")

    run = driver.start("chain-of-ten")
    monkeypatch.setattr(pause, "wait_until_begun", away)
    answer = done(ask("pause", run))
    assert connection.connection is None, "whoever comes next gets a new one"
    assert (answer.status, driver.again(run).status) == (RunState.PAUSED, RunState.PAUSED)
    assert Entry.objects.get(operation_type="pause").result == "success"
