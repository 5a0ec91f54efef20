"""Steps that raise what is hard to keep, log what cannot be told, or leave the worker's connection in disorder."""

import logging
import threading
import time

import pytest
from django.db import connection

from tests.driver import Driver
from tests.sample_flows.careless import ODD
from workflows.engine.outcome import Interrupted, Succeeded
from workflows.models import Attempt, LogLine, Session, Step, Workflow
from workflows.states import AttemptState, RunState, StepState
from workflows.worker import log_capture, perform, stretch


def history(run: Workflow) -> list[str]:
    return list(Attempt.objects.filter(workflow=run).order_by("number").values_list("status", flat=True))


def seen_by_others(run: Workflow) -> str:
    """Give the run's state as another connection sees it: what has been committed."""
    seen: list[str] = []

    def look() -> None:
        seen.append(Workflow.objects.get(pk=run.pk).status)
        connection.close()

    other = threading.Thread(target=look)
    other.start()
    other.join()
    return seen[0]


@pytest.mark.parametrize("kind", ODD)
def test_odd_error__is_the_steps_own_and_is_retried(driver: Driver, kind: str) -> None:
    run = driver.work_off(driver.start("odd-errors", kind=kind))
    assert (run.status, run.output) == (RunState.COMPLETED, 2)
    assert history(run) == [AttemptState.FAILED, AttemptState.SUCCEEDED]
    failed = Attempt.objects.get(workflow=run, number=1)
    assert failed.error["code"] == "step_failed"
    assert "raise_at_first" in failed.traceback
    assert Session.objects.count() == 1


def test_odd_error__is_told_as_far_as_it_can_be(driver: Driver) -> None:
    told = {}
    for kind in ("surrogate", "nul", "mute"):
        run = driver.work_off(driver.start("odd-errors", kind=kind))
        told[kind] = Attempt.objects.get(workflow=run, number=1).error["message"]
    assert told == {
        "surrogate": "ValueError: cannot read caf\\udce9.txt",
        "nul": "ValueError: bad line: a␀b",
        "mute": "MuteError",
    }


def test_code_that_cannot_be_imported__is_told(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    def find(_task: str) -> None:
        raise SyntaxError("'(' was never closed")

    monkeypatch.setattr(perform, "find_step", find)
    run = driver.work_off(driver.start("chain-of-ten"))
    assert (run.status, run.error["code"]) == (RunState.FAILED, "step_not_importable")
    assert "never closed" in run.error["message"]


def test_error_of_the_portals_own__leaves_no_lease_behind(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    run = driver.start("chain-of-ten")
    with monkeypatch.context() as broken:
        broken.setattr(stretch, "perform", lambda *_given: {}["nothing"])
        with pytest.raises(KeyError):
            stretch.advance(run.pk, None)
    stretch.living_pulse()
    assert history(run) == [AttemptState.INTERRUPTED]
    assert driver.work_off(run).status == RunState.COMPLETED


@pytest.mark.parametrize("how", ["atomic", "autocommit", "begin"])
def test_transaction_left_open__is_the_steps_failure(driver: Driver, how: str) -> None:
    run = driver.work_off(driver.start("leaves-open", how=how))
    assert not connection.in_atomic_block
    assert seen_by_others(run) == run.status == RunState.FAILED
    assert run.error["code"] == "transaction_left_open"
    assert driver.work_off(driver.start("chain-of-ten")).status == RunState.COMPLETED


def test_failure_within_an_open_transaction__stays_what_it_is(driver: Driver) -> None:
    run = driver.work_off(driver.start("fails-half-way"))
    assert seen_by_others(run) == RunState.FAILED
    assert (run.error["code"], run.error["message"]) == ("step_failed", "ValueError: half way")


def test_interrupted_code__leaves_no_connection_in_whatever_state_it_was(driver: Driver) -> None:
    connection.ensure_connection()
    used = connection.connection
    perform._put_right(Succeeded(1, "1"), set())
    assert connection.connection is used
    perform._put_right(Interrupted(), set())
    assert connection.connection is None


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite does not let itself be asked for long")
def test_timeout__ends_a_query_too(driver: Driver) -> None:
    began = time.monotonic()
    run = driver.work_off(driver.start("long-query"))
    assert time.monotonic() - began < 20
    assert seen_by_others(run) == run.status == RunState.FAILED
    assert history(run) == [AttemptState.TIMEOUT]
    assert Step.objects.get(workflow=run).status == StepState.FAILED
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%' AND state = 'active'")
        assert cursor.fetchone() == (0,)


def test_wrong_log_call__fails_nobody(
    driver: Driver, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    log_capture.install()
    # The test runner's own handlers raise.
    own = [handler for handler in logging.getLogger().handlers if isinstance(handler, log_capture._Handler)]
    monkeypatch.setattr(logging.getLogger(), "handlers", own)
    run = driver.work_off(driver.start("sloppy"))
    assert run.status == RunState.COMPLETED
    [line] = LogLine.objects.filter(workflow=run)
    assert (line.logger, line.level, line.message) == ("library␀", 32_767, "far too loud")
    assert "Logging error" in capfd.readouterr().err
