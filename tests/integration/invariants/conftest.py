"""Runs of every kind, with which a clean database is not an empty one."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from audit.actor import SYSTEM
from tests.driver import Driver
from workflows.engine.finish import finish
from workflows.engine.outcome import Failed, Succeeded
from workflows.models import Workflow
from workflows.operations.perform import perform
from workflows.operations.request import Request
from workflows.states import Operation


@pytest.fixture(autouse=True)
def _heads_of_this_database(settings: Any, tmp_path: Path) -> None:
    """What was kept of the seals of an earlier test's database is not this one's."""
    settings.VENOM_AUDIT_HEADS = tmp_path / "heads.jsonl"


@pytest.fixture
def ask(driver: Driver) -> Callable[..., Any]:
    """Do an operation that has to succeed."""

    def do(operation: Operation, run: Workflow, step_id: str | None = None, **options: Any) -> Any:
        answer = perform(SYSTEM, Request(operation, run.pk, step_id=step_id, options=options))
        assert answer.is_done, answer.message
        return answer

    return do


@pytest.fixture
def chain(driver: Driver) -> Workflow:
    """A chain with its first step done and its second one claimed."""
    run = driver.start("chain-of-ten")
    first = driver.claim(run)
    assert first
    assert finish(first, Succeeded(1, "1"), take_next=True)
    return run


@pytest.fixture
def busy(driver: Driver, chain: Workflow, ask: Callable[..., Any]) -> dict[str, Workflow]:
    """Runs in many states, most of which have been operated."""
    done = driver.work_off(driver.start("chain-of-ten"))
    fan = driver.work_off(driver.start("fan", count=5))
    ask(Operation.RESTART, fan)
    ask(Operation.START, fan)
    driver.work_off(fan)
    failed = driver.start("diamond")
    ask(Operation.DRY_RUN, failed)
    claim = driver.claim(failed, "fail-now")
    assert claim
    finish(claim, Failed("step_failed", "boom", permanent=True), take_next=False)
    driver.work_off(failed)
    ask(Operation.RETRY, failed, "fail-now")
    assert driver.claim(failed, "fail-now")
    opened = driver.start("fan", count=3)
    numbers = driver.claim(opened)
    assert numbers
    finish(numbers, Succeeded([0, 1, 2], "[0,1,2]"), take_next=False)
    paused = driver.start("chain-of-ten")
    ask(Operation.PAUSE, paused)
    cancelled = driver.start("chain-of-ten")
    driver.claim(cancelled)
    ask(Operation.CANCEL, cancelled)
    skipped = driver.start("chain-of-ten")
    ask(Operation.SKIP_STEP, skipped, "add-one-10")
    driver.work_off(skipped)
    ask(Operation.REPLAY_STEP, done, "add-one")
    return {
        "chain": chain, "done": done, "fan": fan, "failed": failed, "paused": paused, "cancelled": cancelled,
        "skipped": skipped, "opened": opened,
    }  # fmt: skip
