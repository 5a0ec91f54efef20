"""What operations do to real work, one worker's message at a time."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from audit.actor import SYSTEM
from audit.models import Entry
from tests.driver import Driver
from workflows import clock
from workflows.engine.claim import Claim
from workflows.engine.finish import finish
from workflows.engine.outcome import Failed, Interrupted, Succeeded
from workflows.models import Attempt, Event, Step, Workflow
from workflows.operations.recipe import operate
from workflows.operations.request import Answer, Request
from workflows.states import AttemptState, Operation, ReasonCode, RunState, StepState
from workflows.worker import stretch


def ask(operation: str, run: Workflow, step_id: str | None = None, **options: Any) -> Answer:
    return operate(SYSTEM, Request(Operation(operation), run.pk, step_id=step_id, options=options))


def done(answer: Answer) -> Answer:
    assert answer.is_done, (answer.reason_code, answer.message)
    assert "successfully" in answer.message
    return answer


def outputs(run: Workflow) -> dict[str, Any]:
    return {step.wire_id: step.output for step in Step.objects.filter(workflow=run)}


def status(run: Workflow, key: str, index: int = -1) -> str:
    return Step.objects.get(workflow=run, key=key, index=index).status


def claimed(driver: Driver, run: Workflow, key: str | None = None) -> Claim:
    claim = driver.claim(run, key)
    assert claim
    return claim


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


def test_retry__runs_again_what_did_not_succeed(driver: Driver) -> None:
    run = driver.work_off(driver.start("flaky", attempts=6))
    assert run.status == RunState.FAILED
    done(ask("retry", run))
    again = driver.work_off(run)
    assert (again.status, again.output, again.generation, again.error) == (RunState.COMPLETED, 6, 2, None)
    assert Attempt.objects.filter(workflow=run).count() == 6


def test_retry_from_a_step__keeps_what_is_not_below(driver: Driver) -> None:
    run = driver.start("fetch-and-store", url="x")
    driver.work_off(run)
    Workflow.objects.filter(pk=run.pk).update(status=RunState.FAILED)
    before = Step.objects.in_bulk()
    answer = done(ask("retry", run, "split"))
    assert answer.metadata["step_id"] == "split"
    assert driver.work_off(run).status == RunState.COMPLETED
    for step in Step.objects.filter(workflow=run):
        expected = 2 if step.key in {"split", "store", "report", "notify"} else 1
        assert step.generation == expected, step.wire_id
        assert step.output == before[step.pk].output


def test_retry_from_an_item__keeps_the_other_items(driver: Driver) -> None:
    run = driver.work_off(driver.start("fan", count=4))
    Workflow.objects.filter(pk=run.pk).update(status=RunState.FAILED)
    done(ask("retry", run, "double[2]"))
    found = driver.work_off(run)
    assert (found.status, found.output, found.done, found.total) == (RunState.COMPLETED, 12, 7, 7)
    attempts = dict(Step.objects.filter(workflow=run, index__gte=0).values_list("index", "attempt"))
    assert attempts == {0: 1, 1: 1, 2: 2, 3: 1}


def test_retried_step__waits_for_its_old_attempt(driver: Driver) -> None:
    run = driver.start("chain-of-ten")
    old = claimed(driver, run)
    ask("cancel", run)
    done(ask("retry", run))
    assert driver.claim(run) is None, "the old attempt still holds its lease"
    assert finish(old, Succeeded(99, "99"), take_next=True) is None
    assert driver.work_off(run).output == 10
    assert Attempt.objects.get(pk=old.attempt_id).status == AttemptState.LATE


def test_upstream_of_a_live_old_attempt__does_not_take_it_along(driver: Driver) -> None:
    run = driver.start("chain-of-ten")
    first = claimed(driver, run)
    second = finish(first, Succeeded(1, "1"), take_next=True)
    assert second
    ask("cancel", run)
    done(ask("retry", run, "add-one"))
    again = claimed(driver, run, "add-one")
    assert finish(again, Succeeded(1, "1"), take_next=True) is None
    assert driver.claim(run) is None
    finish(second, Interrupted(), take_next=True)
    assert driver.work_off(run).output == 10


def test_restart__puts_everything_back_and_waits(driver: Driver) -> None:
    run = driver.work_off(driver.start("fan", count=3))
    done(ask("restart", run))
    idle = driver.again(run)
    assert (idle.status, idle.output, idle.generation, idle.done, idle.total) == (RunState.IDLE, None, 2, 0, 3)
    assert driver.claim(run) is None
    done(ask("start", run))
    again = driver.work_off(run)
    assert (again.output, again.done, again.total) == (6, 6, 6)
    assert Attempt.objects.filter(workflow=run).count() == 10


def test_skip__gives_dependents_the_output_that_was_given(driver: Driver) -> None:
    run = driver.start("chain-of-ten")
    done(ask("skip_step", run, "add-one", output=100))
    found = driver.work_off(run)
    assert (found.status, found.output) == (RunState.COMPLETED, 109)
    assert status(run, "add-one") == StepState.SKIPPED


def test_skip_before_its_turn__does_not_let_what_is_behind_overtake(driver: Driver) -> None:
    run = driver.start("chain-of-ten")
    first = claimed(driver, run)
    done(ask("skip_step", run, "add-one-5", output=100))
    assert status(run, "add-one-6") == StepState.PENDING
    assert driver.claim(run) is None, "the steps before the skipped one come first"
    done(ask("pause", run))
    finish(first, Succeeded(1, "1"), take_next=False)
    done(ask("resume", run))
    assert driver.work_off(run).output == 105
    order = list(Event.objects.filter(workflow=run, kind="step_started").order_by("seq").values_list("step", flat=True))
    assert order == ["add-one", *(f"add-one-{number}" for number in (2, 3, 4, 6, 7, 8, 9, 10))]


def test_skip_before_its_turn__outlasts_a_retry(driver: Driver) -> None:
    run = driver.start("chain-of-ten")
    failing = claimed(driver, run)
    done(ask("skip_step", run, "add-one-5", output=100))
    finish(failing, Failed("step_failed", "boom", permanent=True), take_next=False)
    done(ask("retry", run))
    assert status(run, "add-one-5") == StepState.SKIPPED
    assert driver.work_off(run).output == 105
    order = list(Event.objects.filter(workflow=run, kind="step_started").order_by("seq").values_list("step", flat=True))
    assert order[:2] == ["add-one", "add-one"]
    assert order[2:] == [f"add-one-{number}" for number in (2, 3, 4, 6, 7, 8, 9, 10)]


def test_skip_of_a_failed_step__then_retry_goes_on_behind_it(driver: Driver) -> None:
    run = driver.work_off(driver.start("hopeless"))
    assert run.status == RunState.FAILED
    done(ask("skip_step", run, "give-up"))
    assert driver.again(run).status == RunState.FAILED
    done(ask("retry", run))
    assert driver.work_off(run).output == "ran"


def test_skip_of_a_failed_step_in_a_draining_run__saves_it(driver: Driver) -> None:
    run = driver.start("diamond")
    sibling = claimed(driver, run, "sibling")
    failing = claimed(driver, run, "fail-now")
    finish(failing, Failed("step_failed", "boom"), take_next=False)
    done(ask("skip_step", run, "fail-now", output="instead"))
    assert driver.again(run).error is None
    finish(sibling, Succeeded(0.0, "0.0"), take_next=False)
    found = driver.work_off(run)
    assert (found.status, found.output) == (RunState.COMPLETED, ["instead", 0.0, "x"])


def test_skip__of_a_running_step_is_refused(driver: Driver) -> None:
    run = driver.start("chain-of-ten")
    claimed(driver, run)
    assert ask("skip_step", run, "add-one").reason_code == ReasonCode.INVALID_STATE


def test_replay__keeps_its_result_beside_the_old_one(driver: Driver) -> None:
    run = driver.work_off(driver.start("careful"))
    before = (driver.again(run).output, outputs(run))
    answer = done(ask("replay_step", run, "resume-from-checkpoint"))
    attempt = Attempt.objects.get(workflow=run, number=answer.metadata["attempt"])
    assert attempt.status == AttemptState.QUEUED
    stretch.replay(attempt.pk)
    attempt.refresh_from_db()
    # It begins without a checkpoint, as the first attempt did, and fails as that one did.
    assert (attempt.status, attempt.error["message"]) == (AttemptState.FAILED, "RuntimeError: after the checkpoint")
    assert (driver.again(run).output, outputs(run)) == before
    stretch.replay(attempt.pk)
    assert Attempt.objects.filter(workflow=run).count() == 3


def test_lost_replay_message__is_sent_again(driver: Driver, messages: list[Any]) -> None:
    run = driver.work_off(driver.start("chain-of-ten"))
    number = done(ask("replay_step", run, "add-one-3")).metadata["attempt"]
    attempt = Attempt.objects.get(workflow=run, number=number, is_replay=True)
    messages.clear()
    Attempt.objects.filter(pk=attempt.pk).update(announced_at=None)
    clock.tick()
    assert messages == [(attempt.pk,)]
    stretch.replay(attempt.pk)
    attempt.refresh_from_db()
    assert (attempt.status, attempt.output) == (AttemptState.SUCCEEDED, 3)


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
