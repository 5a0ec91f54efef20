"""What a worker process does by itself: ending, having been declared lost, hearing nothing, losing its database."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from multiprocessing import RawValue
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from tests.driver import Driver
from workflows import clock, lookout
from workflows.engine.recover import end_sessions
from workflows.models import Attempt, Session, Step
from workflows.states import AttemptState, RunState, StepState
from workflows.worker import session as sessions
from workflows.worker import stopping, stretch, watch
from workflows.worker.session import own_session


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Tell this worker to end, so many seconds ago."""
    monkeypatch.setattr(stopping, "_worker_told_at", RawValue("d", 0.0))

    def tell(seconds_ago: float) -> None:
        stopping.tell_worker()
        stopping._worker_told_at.value -= seconds_ago

    return tell


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waste no time between telling a step and interrupting it."""
    monkeypatch.setattr(watch, "LAST_CALL", 0.3)


def history(run: Any) -> list[str]:
    return list(Attempt.objects.filter(workflow=run).order_by("number").values_list("status", flat=True))


def is_claimed(run: Any) -> bool:
    return Attempt.objects.filter(workflow=run, status=AttemptState.RUNNING).exists()


def has_begun(run: Any) -> bool:
    """Whether the step's own code has told something."""
    return Step.objects.filter(workflow=run, progress__isnull=False).exists()


def beside(run: Any, act: Callable[[], Any], once: Callable[[Any], bool] = is_claimed) -> threading.Thread:
    """Do something as soon as a step of the run is at work."""

    def wait_and_act() -> None:
        try:
            while not once(run):
                time.sleep(0.02)
            act()
        finally:
            connection.close()

    thread = threading.Thread(target=wait_and_act)
    thread.start()
    return thread


def test_ending_worker__claims_nothing(driver: Driver, told: Callable[[float], None]) -> None:
    run = driver.start("chain-of-ten")
    told(0)
    assert stretch.advance(run.pk, None) == 0
    assert not lookout.look_for_work()
    assert history(run) == []


def test_ending_worker__ends_its_step_and_takes_no_next(
    driver: Driver, told: Callable[[float], None], tmp_path: Path
) -> None:
    run = driver.start("marks", path=str(tmp_path / "marks"))
    helper = beside(run, lambda: told(0))
    count = stretch.advance(run.pk, None)
    helper.join()
    assert 0 < count < 60
    *ended, last = history(run)
    assert ended == [AttemptState.SUCCEEDED] * (count - 1)
    assert last in (AttemptState.SUCCEEDED, AttemptState.INTERRUPTED), "what was claimed and not begun is handed back"
    assert driver.again(run).in_flight == 0


def test_ending_worker__interrupts_its_step_after_the_grace(
    driver: Driver, told: Callable[[float], None], hasty: None
) -> None:
    run = driver.start("stubborn", seconds=30.0)
    helper = beside(run, lambda: told(stopping.STOP_GRACE + 1))
    assert stretch.advance(run.pk, None) == 1
    helper.join()
    step = Step.objects.get(workflow=run)
    assert history(run) == [AttemptState.INTERRUPTED]
    assert (step.status, step.failures, step.kills, step.session_id) == (StepState.READY, 0, 0, None)


def test_step_that_asks__is_left_alone_within_the_grace(driver: Driver, told: Callable[[float], None]) -> None:
    run = driver.start("eager", seconds=2.0)
    helper = beside(run, lambda: told(0), once=has_begun)
    assert stretch.advance(run.pk, None) == 1
    helper.join()
    assert driver.again(run).status == RunState.COMPLETED


def test_refused_heartbeat__stops_the_step_and_opens_a_new_session(
    driver: Driver, monkeypatch: pytest.MonkeyPatch, hasty: None
) -> None:
    monkeypatch.setattr("workflows.worker.pulse.BEAT_SECONDS", 0.1)
    run = driver.start("stubborn", seconds=30.0)
    old = own_session()
    helper = beside(run, lambda: end_sessions([old]))
    assert stretch.advance(run.pk, None) == 1
    helper.join()
    assert driver.again(run).status == RunState.RUNNING
    assert stretch.living_pulse().session_id == own_session() != old
    assert Session.objects.get(pk=own_session()).ended_at is None
    assert Step.objects.get(workflow=run).status == StepState.READY


def test_session_that_may_have_ended__is_asked_for_before_a_claim(driver: Driver) -> None:
    pulse = stretch.living_pulse()
    end_sessions([pulse.session_id])
    pulse._last_beat -= sessions.LEASE.total_seconds()
    assert stretch.living_pulse().session_id != pulse.session_id


def test_nothing_heard__work_is_found_in_the_database(driver: Driver) -> None:
    run = driver.start("chain-of-ten")
    quiet = lookout.Lookout()
    quiet.look()
    assert history(run) == [], "not at once"
    quiet._look_at = 0.0
    quiet.look()
    assert driver.again(run).status == RunState.COMPLETED
    quiet.look()
    before = quiet._look_at
    assert before > time.monotonic(), "where nothing is found it waits again"


def test_paused_and_waiting_work__is_not_found(driver: Driver) -> None:
    run = driver.start("patient", attempts=3)
    stretch.advance(run.pk, None)
    step = Step.objects.get(workflow=run)
    assert step.status == StepState.WAITING
    Step.objects.filter(pk=step.pk).update(due_at=timezone.now() + timedelta(minutes=1))
    assert not lookout.look_for_work()


def test_database_error__gives_back_what_is_held_and_counts_no_kill(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = driver.start("chain-of-ten")
    claim = stretch.claim_next

    def answer_is_lost(*place: Any) -> None:
        assert claim(*place)
        raise OperationalError("the connection was closed")

    with monkeypatch.context() as broken:
        broken.setattr(stretch, "claim_next", answer_is_lost)
        with pytest.raises(OperationalError):
            stretch.advance(run.pk, None)
    assert history(run) == [AttemptState.RUNNING]
    stretch.living_pulse()
    assert history(run) == [AttemptState.INTERRUPTED]
    assert Step.objects.get(workflow=run, key="add-one").kills == 0
    assert driver.work_off(run).status == RunState.COMPLETED


def test_clock_that_was_away__gives_workers_time_first(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1_000_000.0]
    monkeypatch.setattr(clock.time, "time", lambda: now[0])
    presence = clock.Presence()
    assert presence.note(), "who has just begun believes what it sees"
    for jump in (60.0, -3_600.0):
        now[0] += jump
        assert not presence.note()
        now[0] += 2.0
        assert not presence.note()
        for _tick in range(6):
            now[0] += 2.0
            verdict = presence.note()
        assert verdict
