"""Whole runs through the engine: outputs, states, events."""

from itertools import pairwise
from typing import Any

from tests.driver import Driver
from workflows.models import Attempt, Event, Step
from workflows.states import AttemptState, RunState, StepState


def states(run: Any) -> dict[str, str]:
    return {step.wire_id: step.status for step in Step.objects.filter(workflow=run)}


def events(run: Any) -> list[tuple[str, str]]:
    return list(Event.objects.filter(workflow=run).order_by("seq").values_list("kind", "step"))


def assert_gapless(run: Any) -> None:
    seqs = list(Event.objects.filter(workflow=run).order_by("seq").values_list("seq", flat=True))
    assert seqs == list(range(1, len(seqs) + 1))
    assert run.event_seq == len(seqs)


def test_contract_flow__completes_as_written(driver: Driver) -> None:
    run = driver.work_off(driver.start("fetch-and-store", url="https://example.org"))

    assert run.status == RunState.COMPLETED
    assert run.output == {"count": 3, "stored": ["ONE", "TWO", "THREE"]}
    assert run.input == {"url": "https://example.org"}
    assert states(run) == {
        "fetch": StepState.SUCCEEDED,
        "split": StepState.SUCCEEDED,
        "store": StepState.SUCCEEDED,
        "store[0]": StepState.SUCCEEDED,
        "store[1]": StepState.SUCCEEDED,
        "store[2]": StepState.SUCCEEDED,
        "report": StepState.SUCCEEDED,
        "notify": StepState.SUCCEEDED,
        "is-large": StepState.SUCCEEDED,
        "escalate": StepState.SKIPPED,
    }
    assert (run.done, run.total, run.in_flight) == (10, 10, 0)
    assert_gapless(run)


def test_order_without_data__is_kept(driver: Driver) -> None:
    run = driver.work_off(driver.start("fetch-and-store", url="x"))
    order = events(run)
    assert order.index(("step_succeeded", "report")) < order.index(("step_started", "notify"))


def test_chain__runs_in_order_and_hands_on_outputs(driver: Driver) -> None:
    run = driver.work_off(driver.start("chain-of-ten", start=5))
    assert run.output == 15
    times = Step.objects.filter(workflow=run).order_by("id").values_list("started_at", "finished_at")
    assert all(before[1] <= after[0] for before, after in pairwise(times))


def test_fan_out__of_nothing_is_done_at_once(driver: Driver) -> None:
    run = driver.work_off(driver.start("fan", count=0))
    assert run.status == RunState.COMPLETED
    assert run.output == 0


def test_fan_out__gathers_in_order(driver: Driver) -> None:
    run = driver.work_off(driver.start("fan", count=250))
    assert run.output == sum(2 * number for number in range(250))
    assert_gapless(run)


def test_retries__are_used_and_old_attempts_stay(driver: Driver) -> None:
    run = driver.work_off(driver.start("flaky", attempts=3))
    assert run.status == RunState.COMPLETED
    assert run.output == 3
    attempts = Attempt.objects.filter(workflow=run).order_by("number")
    assert [attempt.status for attempt in attempts] == [
        AttemptState.FAILED,
        AttemptState.FAILED,
        AttemptState.SUCCEEDED,
    ]
    assert attempts[0].error == {"code": "step_failed", "message": "RuntimeError: attempt 1 of 3"}
    assert "fail_until" in attempts[0].traceback
    assert sorted({attempt.token for attempt in attempts}) == [1, 2, 3]


def test_retries__used_up_fail_the_run(driver: Driver) -> None:
    run = driver.work_off(driver.start("flaky", attempts=9))
    assert run.status == RunState.FAILED
    assert run.error == {"step": "fail-until", "code": "step_failed", "message": "RuntimeError: attempt 4 of 9"}
    assert Attempt.objects.filter(workflow=run).count() == 4


def test_permanent_error__is_not_retried_and_nothing_below_runs(driver: Driver) -> None:
    run = driver.work_off(driver.start("hopeless"))
    assert run.status == RunState.FAILED
    assert run.error == {"step": "give-up", "code": "permanent_error", "message": "no use"}
    assert Attempt.objects.filter(workflow=run).count() == 1
    assert states(run) == {"give-up": StepState.FAILED, "never": StepState.PENDING}
