"""The database is away while a step is at work, or while its result is handed in."""

import math
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import DataError, InternalError, OperationalError, connection

from audit.actor import SYSTEM
from tests.driver import Driver
from workflows.models import Attempt, Session, Workflow
from workflows.operations.perform import perform as operate
from workflows.operations.request import Request
from workflows.states import AttemptState, Operation, RunState
from workflows.worker import log_capture, perform, pulse, reach, replay_context, stopping, stretch, watch
from workflows.worker.session import own_session

Outage = Callable[..., None]


@pytest.fixture
def outage(monkeypatch: pytest.MonkeyPatch) -> Outage:
    """Let functions, each a module and a name, find no database from the first call of one of them on."""
    monkeypatch.setattr(reach, "_PAUSE", 0.05)

    def begin(seconds: float, *functions: tuple[Any, str]) -> None:
        until: list[float] = []
        for module, name in functions:
            monkeypatch.setattr(module, name, _away(getattr(module, name), seconds, until))

    return begin


def _away(act: Callable[..., Any], seconds: float, until: list[float]) -> Callable[..., Any]:
    def call(*given: Any, **named: Any) -> Any:
        if not until:
            until.append(time.monotonic() + seconds)
        if time.monotonic() < until[0]:
            raise OperationalError("the server closed the connection unexpectedly")
        return act(*given, **named)

    return call


@pytest.fixture
def fast(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beat five times a second, and lose patience after one."""
    monkeypatch.setattr(pulse, "TICK", 0.05)
    monkeypatch.setattr(pulse, "BEAT_SECONDS", 0.2)
    monkeypatch.setattr(reach, "PATIENCE", 1.0)


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The exit codes of processes that were ended by force, soon after the time of their steps."""
    codes: list[int] = []
    monkeypatch.setattr(watch, "os", SimpleNamespace(_exit=codes.append))
    monkeypatch.setattr(watch, "KILL_GRACE", 0.2)
    return codes


def history(run: Workflow) -> list[str]:
    return list(Attempt.objects.filter(workflow=run).order_by("number").values_list("status", flat=True))


@pytest.mark.parametrize("missed", [(perform, "arguments_of"), (log_capture, "_write")])
def test_time_without_the_database__is_not_the_steps(
    driver: Driver, monkeypatch: pytest.MonkeyPatch, ended: list[int], outage: Outage, missed: tuple[Any, str]
) -> None:
    monkeypatch.setattr(pulse, "TICK", 0.05)
    run = driver.start("brief")
    outage(1.5, missed)
    run = driver.work_off(run)
    assert run.status == RunState.COMPLETED
    assert history(run) == [AttemptState.SUCCEEDED]
    assert ended == []


def test_result__is_kept_for_as_long_as_the_database_is_away(driver: Driver, outage: Outage, fast: None) -> None:
    run = driver.start("brief")
    own_session()
    outage(2.5, (stretch, "finish"), (pulse, "beat"))
    run = driver.work_off(run)
    assert run.status == RunState.COMPLETED
    assert history(run) == [AttemptState.SUCCEEDED]
    assert Session.objects.count() == 1


def test_result_of_a_replay__is_kept_as_well(driver: Driver, outage: Outage, fast: None) -> None:
    run = driver.work_off(driver.start("brief"))
    assert operate(SYSTEM, Request(Operation.REPLAY_STEP, run.pk, step_id="say-and-go")).is_done
    outage(2.5, (replay_context, "finish_replay"), (pulse, "beat"))
    stretch.replay(Attempt.objects.get(workflow=run, is_replay=True).pk)
    assert history(run) == [AttemptState.SUCCEEDED] * 2


def test_result_that_is_refused_while_the_heart_beats__is_given_up(driver: Driver, outage: Outage, fast: None) -> None:
    run = driver.start("brief")
    outage(60.0, (stretch, "finish"))
    with pytest.raises(OperationalError):
        driver.work_off(run)
    stretch.living_pulse()
    assert history(run) == [AttemptState.INTERRUPTED], "nothing is held that nobody works on"


@pytest.mark.parametrize(("is_refused", "is_told", "goes_on"), [(0, 0, True), (1, 0, False), (0, 1, False)])
def test_patience_for_a_result__ends_with_the_lease_and_with_the_worker(
    monkeypatch: pytest.MonkeyPatch, is_refused: int, is_told: int, goes_on: bool
) -> None:
    monkeypatch.setattr(stopping, "_told_here", bool(is_told))
    silent: Any = SimpleNamespace(is_refused=bool(is_refused), in_touch_since=math.inf)
    assert stretch._while_it_counts(silent)() is goes_on


def test_last_words_that_are_refused__cost_no_result(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_batch: object) -> None:
        raise DataError("out of range")

    monkeypatch.setattr(log_capture, "_write", refuse)
    run = driver.work_off(driver.start("brief"))
    assert (run.status, history(run)) == (RunState.COMPLETED, [AttemptState.SUCCEEDED])


def test_server_that_ended_our_transaction__is_out_of_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach, "_PAUSE", 0.0)
    answers: list[Any] = [InternalError("terminating connection due to idle-in-transaction timeout"), None]

    def ask() -> str:
        if error := answers.pop(0):
            raise error
        return "an answer"

    assert reach.patiently(ask) == "an answer"


@pytest.mark.skipif(connection.vendor != "postgresql", reason="a file has no standby")
def test_server_that_only_reads__is_out_of_reach(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach, "_PAUSE", 0.0)
    session_id = own_session()
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")  # until it is connected to anew
    assert reach.patiently(lambda: Session.objects.filter(pk=session_id).update(queues=[])) == 1


def test_failing_heartbeat__keeps_nobody_from_being_interrupted(
    driver: Driver, monkeypatch: pytest.MonkeyPatch, outage: Outage
) -> None:
    monkeypatch.setattr(pulse, "BEAT_SECONDS", 0.0)
    monkeypatch.setattr(watch, "LAST_CALL", 0.0)
    monkeypatch.setattr(stopping, "is_grace_over", lambda: True)
    monkeypatch.setattr(stretch, "STRETCH_SECONDS", 0.0)
    run = driver.start("stubborn", seconds=5.0)
    outage(60.0, (pulse, "beat"))
    stretch.advance(run.pk, None)
    assert history(run) == [AttemptState.INTERRUPTED]


def test_heartbeat__outlives_what_fails_beside_it(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[int] = []

    def stumble() -> None:
        looked.append(1)
        raise ValueError("not of the database")

    monkeypatch.setattr(pulse, "TICK", 0.01)
    monkeypatch.setattr(pulse, "_NEIGHBOURS_EVERY", 0.0)
    monkeypatch.setattr(pulse, "recover_from_dead_neighbours", stumble)
    beating = stretch.living_pulse()
    until = time.monotonic() + 20
    while len(looked) < 2 and time.monotonic() < until:
        time.sleep(0.01)
    assert len(looked) >= 2
    assert beating._thread.is_alive()
