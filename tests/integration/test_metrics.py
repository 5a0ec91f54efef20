"""What the metrics say of real runs, sessions and entries."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from audit.actor import SYSTEM
from audit.models import Result
from audit.record import record
from audit.sealing import seal_entries
from tests.driver import Driver
from tests.scraped import Scraped
from venom_portal.metrics import runs
from venom_portal.metrics.scrape import METRICS, scrape
from workflows.engine.finish import finish
from workflows.engine.outcome import Failed, Interrupted, Succeeded
from workflows.engine.recover import recover_lost_sessions
from workflows.engine.release import release_leases
from workflows.engine.urgency import claimable_now
from workflows.models import Attempt, Session, Step, Workflow
from workflows.operations.perform import perform
from workflows.operations.request import Request
from workflows.states import AttemptState, Operation
from workflows.worker.session import own_session


@pytest.fixture
def counted(driver: Driver) -> Callable[[], Scraped]:
    """Scrape until all that has happened is counted: on PostgreSQL that takes a second look."""
    Scraped()

    def scrape_twice() -> Scraped:
        Scraped()
        return Scraped()

    return scrape_twice


@pytest.mark.django_db
def test_every_metric__is_in_a_scrape_under_its_name() -> None:
    lines = [line.split() for line in scrape().decode().splitlines() if line.startswith("# TYPE")]

    assert {name: kind for _hash, _type, name, kind in lines} == {metric.name: metric.kind for metric in METRICS}


def test_runs__are_counted_by_state(driver: Driver) -> None:
    driver.work_off(driver.start("chain-of-ten"))
    driver.start("chain-of-ten")
    paused = driver.start("chain-of-ten")
    perform(SYSTEM, Request(Operation.PAUSE, paused.pk))

    scraped = Scraped()

    assert scraped.by("state", "venom_runs") == {"completed": 1, "running": 1, "paused": 1}
    assert scraped.by("state", "venom_run_steps_undone") == {"running": 10, "paused": 10}


def test_runs_that_have_ended__are_counted_up_to_a_bound(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "_MOST_ENDED", 2)
    for _ in range(3):
        driver.work_off(driver.start("chain-of-ten"))
        driver.start("chain-of-ten")

    assert Scraped().by("state", "venom_runs") == {"completed": 2, "running": 3}


def test_steps__are_counted_by_queue_and_state_and_due_ones_by_age(driver: Driver) -> None:
    running = driver.start("chain-of-ten")
    driver.claim(running)
    driver.start("chain-of-ten")
    old = driver.start("chain-of-ten")
    driver.due(old).update(due_at=timezone.now() - timedelta(minutes=10))
    held = driver.start("chain-of-ten")
    perform(SYSTEM, Request(Operation.PAUSE, held.pk))

    scraped = Scraped()

    assert scraped.by("state", "venom_steps", queue="default") == {"ready": 3, "running": 1}
    assert scraped.value("venom_steps_due", queue="default") == 2, "a paused run's step is not due"
    assert 600 <= scraped.value("venom_oldest_due_step_age_seconds", queue="default") < 3600
    assert scraped.by("state", "venom_run_attempts_in_flight") == {"running": 1}


def test_due_steps__are_those_that_workers_look_for(driver: Driver) -> None:
    for change in (
        {"status": "paused"},
        {"status": "running"},
        {"error": {"code": "x"}},
        {"admission": "waiting"},
        {"admission": "admitted"},
    ):
        run = driver.start("chain-of-ten")
        Workflow.objects.filter(pk=run.pk).update(**change)
    for change in ({"due_at": timezone.now() + timedelta(hours=1)}, {"session": own_session()}, {"status": "waiting"}):
        run = driver.start("chain-of-ten")
        driver.due(run).update(**change)

    wanted = claimable_now().count()

    assert Scraped().value("venom_steps_due", queue="default") == wanted == 3


def test_steps__of_other_queues_are_told_apart(driver: Driver) -> None:
    run = driver.start("chain-of-ten")
    Step.objects.filter(workflow=run).update(queue="heavy")
    driver.start("chain-of-ten")

    assert Scraped().by("queue", "venom_steps_due") == {"heavy": 1, "default": 1}


def test_history__is_counted_once(driver: Driver, counted: Callable[[], Scraped]) -> None:
    driver.work_off(driver.start("chain-of-ten"))
    driver.work_off(driver.start("slow"))

    for _ in range(3):
        scraped = counted()
        assert scraped.value("venom_runs_created_total") == 2
        assert scraped.by("state", "venom_runs_ended_total") == {"completed": 1, "failed": 1}
        assert scraped.value("venom_attempts_started_total") == 11
        assert scraped.by("state", "venom_attempts_ended_total") == {"succeeded": 10, "timeout": 1}


def test_history__begins_with_the_first_scrape(driver: Driver) -> None:
    driver.work_off(driver.start("chain-of-ten"))
    assert [Scraped().value("venom_attempts_started_total") for _ in range(3)] == [0, 0, 0]


def test_lost_attempt_that_reports__is_lost_and_late(driver: Driver, counted: Callable[[], Scraped]) -> None:
    claim = driver.claim(driver.start("chain-of-ten"))
    assert claim
    release_leases(claim.session_id, AttemptState.LOST)
    finish(claim, Succeeded(99, "99"), take_next=False)

    assert counted().by("state", "venom_attempts_ended_total") == {"lost": 1, "late": 1}


def test_step_that_lost_all_its_workers__is_no_failed_attempt(driver: Driver, counted: Callable[[], Scraped]) -> None:
    run = driver.start("chain-of-ten")
    for _ in range(3):
        claim = driver.claim(run)
        assert claim
        release_leases(claim.session_id, AttemptState.LOST)

    scraped = counted()

    assert scraped.by("state", "venom_attempts_ended_total") == {"lost": 3}
    assert scraped.by("state", "venom_runs_ended_total") == {"failed": 1}


def test_attempt_that_a_cancel_stopped__is_interrupted(driver: Driver, counted: Callable[[], Scraped]) -> None:
    run = driver.start("chain-of-ten")
    claim = driver.claim(run)
    assert claim
    Attempt.objects.filter(workflow=run).update(started_at=run.created_at - timedelta(minutes=1))
    perform(SYSTEM, Request(Operation.CANCEL, run.pk))
    finish(claim, Interrupted(), take_next=False)

    assert counted().by("state", "venom_attempts_ended_total") == {"interrupted": 1}


def test_attempt_that_is_tried_again__has_failed(driver: Driver, counted: Callable[[], Scraped]) -> None:
    run = driver.start("chain-of-ten")
    claim = driver.claim(run)
    assert claim
    finish(claim, Failed("step_failed", "boom"), take_next=False)

    assert counted().by("state", "venom_attempts_ended_total") == {"failed": 1}


def test_recovery__is_timed_from_the_last_heartbeat_to_the_next_attempt(driver: Driver) -> None:
    run = driver.start("chain-of-ten")
    other = driver.start("chain-of-ten")
    assert driver.claim(run)
    assert driver.claim(other)
    silent_since = timezone.now() - timedelta(seconds=45)
    Session.objects.filter(pk=own_session()).update(
        heartbeat_at=silent_since, expires_at=silent_since + timedelta(seconds=30)
    )
    assert recover_lost_sessions() == 2
    assert driver.claim(run), "one of the two goes on"

    scraped = Scraped()

    assert scraped.value("venom_recent_lost_attempts") == 2
    assert scraped.value("venom_recent_recoveries") == 1
    assert 45 <= scraped.value("venom_recent_recovery_seconds", quantile="1") < 3600


def test_recovery__forgets_what_is_long_ago(driver: Driver) -> None:
    claim = driver.claim(driver.start("chain-of-ten"))
    assert claim
    release_leases(claim.session_id, AttemptState.LOST)
    Attempt.objects.update(finished_at=timezone.now() - timedelta(hours=2))

    scraped = Scraped()

    assert scraped.value("venom_recent_lost_attempts") == 0
    assert "venom_recent_recovery_seconds" not in scraped.names


def _session(kind: str, age: timedelta, **fields: Any) -> None:
    then = timezone.now() - age
    Session.objects.create(
        kind=kind, host="here", pid=1, started_at=then, heartbeat_at=then, expires_at=then + timedelta(seconds=30),
        **fields,
    )  # fmt: skip


@pytest.mark.django_db
def test_sessions__are_counted_while_they_are_alive() -> None:
    _session("worker", timedelta(seconds=20))
    _session("worker", timedelta(seconds=1))
    _session("worker", timedelta(seconds=60))  # expired
    _session("worker", timedelta(), ended_at=timezone.now())

    scraped = Scraped()

    assert scraped.by("kind", "venom_sessions") == {"worker": 2}
    assert 20 <= scraped.value("venom_oldest_heartbeat_age_seconds", kind="worker") < 30
    assert "venom_clock_last_tick_age_seconds" not in scraped.names, "no clock has ever ticked"


@pytest.mark.django_db
def test_clock__has_ticked_so_long_ago() -> None:
    _session("clock", timedelta(minutes=5))
    _session("clock", timedelta(minutes=2))

    scraped = Scraped()

    assert 120 <= scraped.value("venom_clock_last_tick_age_seconds") < 300
    assert scraped.by("kind", "venom_sessions") == {}


@pytest.mark.django_db
def test_broker__is_up_and_its_queues_are_counted() -> None:
    _session("worker", timedelta(), queues=["heavy"])

    scraped = Scraped()

    assert scraped.value("venom_broker_up") == 1
    assert {sample.labels["queue"] for sample in scraped.samples if sample.name == "venom_broker_waiting_messages"} == {
        "default",
        "heavy",
    }


@pytest.fixture
def trail(settings: Any, tmp_path: Path, transactional_db: None) -> Callable[[str, Result, str], None]:
    """Write an entry of a trail that has its own key and heads."""
    settings.VENOM_AUDIT_KEY = tmp_path / "key.pem"
    settings.VENOM_AUDIT_HEADS = tmp_path / "heads.jsonl"

    def write(operation: str, result: Result, reason: str) -> None:
        with transaction.atomic():
            record(SYSTEM, operation, "workflow", "a run", result=result, reason_code=reason)

    return write


def test_operations__are_counted_when_they_are_sealed(trail: Callable[[str, Result, str], None]) -> None:
    Scraped()
    trail("pause", Result.SUCCESS, "operation_completed")
    trail("pause", Result.SUCCESS, "operation_completed")
    trail("resume", Result.FAILURE, "forbidden_transition")

    before = Scraped()
    assert "venom_operations_total" not in before.names
    assert before.value("venom_unsealed_entries") == 3

    seal_entries()
    Scraped()
    after = Scraped()

    done = {"operation": "pause", "result": "success", "reason": "operation_completed"}
    refused = {"operation": "resume", "result": "failure", "reason": "forbidden_transition"}
    assert after.value("venom_operations_total", **done) == 2
    assert after.value("venom_operations_total", **refused) == 1
    assert (after.value("venom_unsealed_entries"), after.value("venom_seal_lag_seconds")) == (0, 0)


def test_seal_lag__is_the_age_of_the_oldest_entry_without_a_seal(
    trail: Callable[[str, Result, str], None], time_passes: Callable[[float], None]
) -> None:
    trail("pause", Result.SUCCESS, "operation_completed")
    time_passes(90)
    trail("pause", Result.SUCCESS, "operation_completed")

    assert 90 <= Scraped().value("venom_seal_lag_seconds") < 3600


@pytest.fixture
def time_passes(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Put the web process's clock forward."""
    now = timezone.now

    def forward(seconds: float) -> None:
        monkeypatch.setattr(timezone, "now", lambda: now() + timedelta(seconds=seconds))

    return forward


def test_runs__that_wait_for_a_place_are_told_apart(driver: Driver) -> None:
    run = driver.start("chain-of-ten")
    Workflow.objects.filter(pk=run.pk).update(admission="waiting")

    scraped = Scraped()

    assert scraped.value("venom_runs_waiting_for_a_place") == 1
    assert scraped.by("queue", "venom_steps_due") == {}
