"""What retrying, restarting, skipping and replaying do to real work, one worker's message at a time."""

from typing import Any

from tests.driver import Driver
from tests.integration.operating import ask, claimed, done, outputs, status
from workflows import clock
from workflows.engine.finish import finish
from workflows.engine.outcome import Failed, Interrupted, Succeeded
from workflows.models import Attempt, Event, Step, Workflow
from workflows.states import AttemptState, ReasonCode, RunState, StepState
from workflows.worker import stretch


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
