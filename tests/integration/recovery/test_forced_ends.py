"""An attempt that has to be ended together with its process, from beside it."""

import time
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import OperationalError

from audit.actor import SYSTEM
from tests.driver import Driver
from workflows import clock
from workflows.engine.claim import Claim
from workflows.engine.finish import finish
from workflows.engine.outcome import Interrupted, Succeeded
from workflows.engine.replay import claim_replay
from workflows.models import Attempt, Workflow
from workflows.operations.perform import perform
from workflows.operations.request import Request
from workflows.states import AttemptState, Operation, RunState
from workflows.worker import log_capture, stopping, watch
from workflows.worker.context import AttemptContext
from workflows.worker.log_capture import LogBuffer
from workflows.worker.replay_context import ReplayContext
from workflows.worker.session import own_session

PAGE = '{"url": "u", "body": "a b", "size": 1}'


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The exit codes of the processes that were ended: of this one, which lives on and keeps its session."""
    codes: list[int] = []
    monkeypatch.setattr(watch, "os", SimpleNamespace(_exit=codes.append))
    monkeypatch.setattr(watch, "forget_own_session", lambda: None)
    monkeypatch.setattr(watch, "inside_since", lambda: time.monotonic() - 1_000)
    return codes


def claimed(driver: Driver, run: Workflow, key: str | None = None) -> Claim:
    claim = driver.claim(run, key)
    assert claim
    return claim


def beside_a_replay(driver: Driver) -> tuple[Workflow, Claim, Claim]:
    """Give a run, its attempt that counts, and a replay; both run."""
    run = driver.start("fetch-and-store", url="u")
    finish(claimed(driver, run, "fetch"), Succeeded({"url": "u", "body": "a b", "size": 1}, PAGE), take_next=False)
    counts = claimed(driver, run, "split")
    assert perform(SYSTEM, Request(Operation.REPLAY_STEP, run.pk, step_id="fetch")).is_done
    replay = claim_replay(Attempt.objects.get(workflow=run, is_replay=True).pk, own_session())
    assert replay
    return run, counts, replay


def test_replay_ended_by_force__leaves_the_run_alone(driver: Driver, ended: list[int]) -> None:
    run, counts, replay = beside_a_replay(driver)
    watch.Watch(ReplayContext(replay, LogBuffer(replay))).end_what_cannot_be_stopped()
    assert ended == [70]
    assert Attempt.objects.get(pk=replay.attempt_id).status == AttemptState.TIMEOUT
    assert driver.again(run).in_flight == 1
    finish(counts, Succeeded(["a", "b"], '["a", "b"]'), take_next=False)
    assert driver.again(run).in_flight == 0
    clock.tick()
    assert driver.work_off(run).status == RunState.COMPLETED


@pytest.mark.parametrize("outcome", [Succeeded(1, "1"), Interrupted()])
def test_report_of_a_replay__is_none_of_the_steps(driver: Driver, outcome: Any) -> None:
    run, _counts, replay = beside_a_replay(driver)
    finish(replay, outcome, take_next=False)
    assert Attempt.objects.get(pk=replay.attempt_id).status == AttemptState.RUNNING
    assert driver.again(run).in_flight == 1


def test_attempt_ended_by_force__is_reported_as_what_it_is(driver: Driver, ended: list[int]) -> None:
    run = driver.start("slow")
    claim = claimed(driver, run)
    watch.Watch(AttemptContext(claim, LogBuffer(claim))).end_what_cannot_be_stopped()
    assert ended == [70]
    found = driver.again(run)
    assert (found.status, found.in_flight, found.error["code"]) == (RunState.FAILED, 0, "timeout")


def test_attempt_ended_by_force__is_reported_although_its_log_cannot_be_written(
    driver: Driver, ended: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_batch: object) -> None:
        raise OperationalError("no place is left")

    monkeypatch.setattr(log_capture, "_write", refuse)
    run = driver.start("slow")
    claim = claimed(driver, run)
    logs = LogBuffer(claim)
    logs.add(20, "stdout", "a line")
    watch.Watch(AttemptContext(claim, logs)).end_what_cannot_be_stopped()
    assert ended == [70]
    assert driver.again(run).error["code"] == "timeout"


@pytest.mark.parametrize("is_leaving", [True, False])
def test_attempt_whose_code_is_done__is_ended_with_a_worker_that_leaves_alone(
    driver: Driver, ended: list[int], monkeypatch: pytest.MonkeyPatch, is_leaving: bool
) -> None:
    monkeypatch.setattr(watch, "inside_since", lambda: None)
    monkeypatch.setattr(stopping, "_told_here", is_leaving)
    claim = claimed(driver, driver.start("slow"))
    watching = watch.Watch(AttemptContext(claim, LogBuffer(claim)))
    watching._interrupt_at = time.monotonic() - watch.KILL_GRACE - 1
    watching.end_what_cannot_be_stopped()
    assert ended == ([70] if is_leaving else [])
    status = AttemptState.INTERRUPTED if is_leaving else AttemptState.RUNNING
    assert Attempt.objects.get(pk=claim.attempt_id).status == status
