"""Each rule of each invariant: broken behind the application's back, and named."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone

from audit.models import Entry
from tests.driver import Driver
from workflows import clock
from workflows.invariants import INVARIANTS, leases
from workflows.models import Attempt, IdempotencyKey, Place, Session, Workflow
from workflows.models.session import SessionKind
from workflows.states import AttemptState
from workflows.worker.session import open_session

SQLITE, POSTGRESQL = "sqlite", "postgresql"


def sql(*statements: str) -> Callable[[], None]:
    """Statements that break something."""

    def do() -> None:
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    return do


def again(status: AttemptState, *, of: AttemptState, higher: int) -> Callable[[], None]:
    """One more attempt than there was, with a token that is higher by so much."""

    def do() -> None:
        attempt = Attempt.objects.filter(status=of, is_replay=False).order_by("pk").first()
        assert attempt
        attempt.pk, attempt.status = None, status
        attempt.number, attempt.token = attempt.number + 1, attempt.token + higher
        attempt.save(force_insert=True)

    return do


def told_otherwise(kind: str, instead: str = "noise") -> Callable[[], None]:
    """A history in which one kind of event was another."""
    return sql(f"UPDATE workflows_event SET kind = '{instead}' WHERE kind = '{kind}'")  # noqa: S608


def worker_died(ago: timedelta) -> None:
    """The worker's last heartbeat is overdue since then; a clock has been ticking all the time."""
    now = timezone.now()
    ticking = open_session(SessionKind.CLOCK)
    Session.objects.filter(pk=ticking).update(started_at=now - timedelta(hours=1), heartbeat_at=now)
    Session.objects.filter(kind=SessionKind.WORKER).update(expires_at=now - ago)


def answered_out_of_nothing() -> None:
    IdempotencyKey.objects.create(
        user=User.objects.create_user("somebody"), key="k", fingerprint="f", status=200,
        body=json.dumps({"operation_id": str(uuid4())}), created_at=timezone.now(), taken_at=timezone.now(),
    )  # fmt: skip


def dry_run_left_a_version() -> None:
    dry_run = Entry.objects.filter(operation_type="dry_run").values_list("pk", flat=True)[0]
    version = Workflow.history.all()[0]
    Workflow.history.filter(pk=version.pk).update(history_change_reason=str(dry_run))


def given_place(status: str) -> Callable[[], None]:
    """A run in this state that occupies a place."""

    def do() -> None:
        run = Workflow.objects.filter(status=status)[0]
        Place.objects.create(workflow=run, bound="definition:fan", priority=0, is_taken=True)

    return do


BREAKS: dict[str, Callable[[], None]] = {
    "running_without_lease": sql("UPDATE workflows_step SET session_id = NULL WHERE status = 'running'"),
    "lease_without_attempt": sql("UPDATE workflows_attempt SET status = 'lost' WHERE status = 'running'"),
    "attempt_without_lease": sql("UPDATE workflows_step SET session_id = NULL"),
    "two_attempts_at_once": again(AttemptState.RUNNING, of=AttemptState.RUNNING, higher=1),
    "lease_of_the_dead": lambda: worker_died(timedelta(minutes=1)),
    "in_flight_miscounted": sql("UPDATE workflows_workflow SET in_flight = in_flight + 1"),
    "total_miscounted": sql("UPDATE workflows_workflow SET total = total + 1"),
    "done_miscounted": sql("UPDATE workflows_workflow SET done = done + 1"),
    "items_miscounted": sql("UPDATE workflows_step SET remaining = remaining - 1 WHERE is_map AND remaining > 0"),
    "needs_miscounted": sql("UPDATE workflows_step SET remaining = remaining + 1 WHERE status = 'pending'"),
    "place_left_behind": given_place("completed"),
    "waits_for_nothing": sql("UPDATE workflows_workflow SET admission = 'waiting' WHERE status = 'running'"),
    "works_without_place": sql("UPDATE workflows_workflow SET admission = 'admitted' WHERE status = 'running'"),
    "step_left_at_work": sql("UPDATE workflows_step SET status = 'ready' WHERE status = 'succeeded'"),
    "ended_with_attempts": sql("UPDATE workflows_workflow SET in_flight = 1 WHERE status = 'completed'"),
    "result_twice": again(AttemptState.SUCCEEDED, of=AttemptState.SUCCEEDED, higher=1),
    "result_of_nobody": sql("UPDATE workflows_step SET token = token + 1 WHERE status = 'succeeded'"),
    "result_lost": sql("UPDATE workflows_step SET status = 'failed' WHERE status = 'succeeded'"),
    "output_lost": sql("UPDATE workflows_step SET output = NULL"),
    "token_not_higher": again(AttemptState.LOST, of=AttemptState.SUCCEEDED, higher=0),
    "step_behind_attempt": sql("UPDATE workflows_attempt SET token = token + 10"),
    "event_missing": sql("DELETE FROM workflows_event WHERE kind = 'step_succeeded'"),
    "attempt_untold": told_otherwise("step_started"),
    "begun_too_early": told_otherwise("step_succeeded"),
    "begun_when_done": told_otherwise("run_restarted"),
    "completed_too_early": told_otherwise("step_succeeded"),
    "begun_while_held": told_otherwise("run_started", "run_paused"),
    "begun_in_anothers_turn": sql("UPDATE workflows_event SET step = '' WHERE kind = 'step_failed'"),
    "ended_during_attempt": sql("UPDATE workflows_event SET step = 'finish' WHERE kind = 'step_succeeded'"),
    "operation_without_entry": told_otherwise("run_settled", "run_cancelled"),
    "entry_without_operation": told_otherwise("run_paused"),
    "answer_without_entry": answered_out_of_nothing,
    "dry_run_changed_run": dry_run_left_a_version,
}


@contextmanager
def dangling() -> Iterator[None]:
    """Attempts of steps that are not there."""
    off, on = {
        SQLITE: ("PRAGMA foreign_keys = OFF", "PRAGMA foreign_keys = ON"),
        POSTGRESQL: ("SET session_replication_role = replica", "SET session_replication_role = origin"),
    }[connection.vendor]
    sql(off, "UPDATE workflows_attempt SET step_id = step_id + 1000000")()
    try:
        yield
    finally:
        sql("UPDATE workflows_attempt SET step_id = step_id - 1000000", on)()


@contextmanager
def during(vendor: str, before: list[str], after: list[str]) -> Iterator[None]:
    """A change of the schema, which no test may leave to the next."""
    if vendor not in (connection.vendor, ""):
        pytest.skip(f"can be broken on {vendor} only")
    sql(*before)()
    try:
        yield
    finally:
        sql(*after)()


_SWITCH_INDEX = "UPDATE pg_index SET indisvalid = {} WHERE indexrelid = 'step_due'::regclass"
STORAGE: dict[str, Callable[[], Any]] = {
    "reference_to_nothing": dangling,
    "database_damaged": lambda: during(
        SQLITE,
        [
            "PRAGMA ignore_check_constraints = ON",
            "UPDATE workflows_step SET status = 'odd' WHERE status = 'pending'",
            "PRAGMA ignore_check_constraints = OFF",
        ],
        ["UPDATE workflows_step SET status = 'pending' WHERE status = 'odd'"],
    ),
    "constraint_not_validated": lambda: during(
        POSTGRESQL,
        ["ALTER TABLE workflows_step ADD CONSTRAINT loose CHECK (token >= 0) NOT VALID"],
        ["ALTER TABLE workflows_step DROP CONSTRAINT loose"],
    ),
    "index_unusable": lambda: during(
        POSTGRESQL, [_SWITCH_INDEX.format("false")], [_SWITCH_INDEX.format("true")]
    ),
    "constraint_missing": lambda: during(
        "",
        ["DROP INDEX definition_current"],
        ["CREATE UNIQUE INDEX definition_current ON workflows_definition (name) WHERE is_current"],
    ),
}  # fmt: skip


def broken_rules(rule: str = "") -> set[str]:
    """What is found by all checks, or by the one that this rule belongs to."""
    asked = [invariant for invariant in INVARIANTS if not rule or rule in invariant.rules]
    return {violation.rule for invariant in asked for violation in invariant.broken()}


def test_every_rule__is_broken_here() -> None:
    rules = [rule for invariant in INVARIANTS for rule in invariant.rules]
    assert sorted(rules) == sorted([*BREAKS, *STORAGE])


@pytest.mark.parametrize("rule", BREAKS)
def test_broken_rule__is_named(rule: str, busy: Any) -> None:
    BREAKS[rule]()

    assert rule in broken_rules(rule)


@pytest.mark.parametrize("rule", STORAGE)
def test_broken_storage__is_named(rule: str, busy: Any) -> None:
    with STORAGE[rule]():
        assert rule in broken_rules(rule)
    assert broken_rules(rule) == set()


def test_indexes__are_looked_through_where_the_extension_is_installed(busy: Any) -> None:
    if connection.vendor != POSTGRESQL:
        pytest.skip("SQLite looks through its indexes by itself")
    with during(POSTGRESQL, ["CREATE EXTENSION amcheck"], ["DROP EXTENSION amcheck"]):
        assert broken_rules("database_damaged") == set()


def test_worker_that_has_just_died__is_no_violation(busy: Any) -> None:
    worker_died(timedelta(seconds=1))

    assert broken_rules() == set()


def test_dead_worker_that_no_clock_has_outlived__is_the_doctors_matter(busy: Any) -> None:
    worker_died(timedelta(minutes=1))
    Session.objects.filter(kind=SessionKind.CLOCK).update(heartbeat_at=timezone.now() - timedelta(minutes=5))

    assert broken_rules() == set()


def test_dead_worker_whose_step_is_just_taken_back__is_no_violation(busy: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tick of the clock may take longer than its period."""
    worker_died(timedelta(minutes=1))
    # Only there: other threads sleep too.
    monkeypatch.setattr(leases, "time", SimpleNamespace(sleep=lambda _seconds: clock.tick()))

    assert broken_rules("lease_of_the_dead") == set()
    assert Attempt.objects.filter(status=AttemptState.LOST).exists()


def test_every_violation__tells_whom_it_is_about(driver: Driver, busy: dict[str, Workflow]) -> None:
    BREAKS["done_miscounted"]()

    found = next(iter(INVARIANTS[1].broken()))

    assert found.subject.startswith("run ")
    assert found.facts["counter"] == found.facts["rows"] + 1
