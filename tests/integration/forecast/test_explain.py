"""Why a run moves or does not: over REST and in the shell."""

import io
import json
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db.models.functions import Now
from django.test import Client
from django.utils import timezone

from audit.actor import SYSTEM
from tests.driver import Driver
from workflows.engine.claim import Claim
from workflows.engine.finish import finish
from workflows.engine.outcome import Failed, Succeeded
from workflows.models import Attempt, Session, Step, Workflow
from workflows.models.session import SessionKind
from workflows.operations.create import NewRun, create_run
from workflows.operations.perform import perform
from workflows.operations.request import Request
from workflows.selectors.explain import Explanation, explain
from workflows.selectors.explain_reasons import Reason
from workflows.states import AttemptState, Operation
from workflows.worker.session import open_session


def explained(run: Workflow, *, broker_answers: bool = True) -> Explanation:
    return explain(run.pk, broker_answers=broker_answers)


def reasons(run: Workflow, *, broker_answers: bool = True) -> dict[str, Reason]:
    return {reason.code: reason for reason in explained(run, broker_answers=broker_answers).reasons}


def ask(operation: str, run: Workflow, reason: str = "", **options: Any) -> None:
    answer = perform(SYSTEM, Request(Operation(operation), run.pk, reason=reason, options=options))
    assert answer.is_done, answer.message


def claimed(driver: Driver, run: Workflow, key: str | None = None) -> Claim:
    claim = driver.claim(run, key)
    assert claim
    return claim


@pytest.fixture
def alive(driver: Driver) -> None:
    """A worker and a clock that beat."""
    open_session(SessionKind.WORKER, ["default"])
    open_session(SessionKind.CLOCK)


@pytest.mark.usefixtures("alive")
class TestReasons:
    def test_idle_run__waits_for_its_start(self, driver: Driver) -> None:
        run = create_run(SYSTEM, NewRun("fan", start=False)).run
        assert list(reasons(run)) == ["not_started"]
        assert not explained(run).moving

    def test_ready_steps__wait_for_a_worker(self, driver: Driver) -> None:
        run = driver.start("chain-of-ten")
        found = reasons(run)
        assert list(found) == ["waits_for_worker", "waits_for_steps"]
        assert found["waits_for_worker"].since is not None
        assert found["waits_for_steps"].message.startswith("9 steps")
        assert found["waits_for_steps"].message.endswith("add-one.")
        assert explained(run).moving

    def test_running_step__is_named_with_its_progress(self, driver: Driver) -> None:
        run = driver.start("chain-of-ten")
        claimed(driver, run)
        Step.objects.filter(workflow=run, key="add-one").update(progress={"done": 3, "total": 10, "note": "pages"})
        found = reasons(run)["step_running"]
        assert found.step_id == "add-one"
        assert "3 of 10, pages" in found.message
        assert found.since is not None
        assert "add-one" in reasons(run)["waits_for_steps"].message
        assert explained(run).moving

    def test_back_off__has_an_end(self, driver: Driver) -> None:
        run = driver.start("patient", attempts=3)
        finish(claimed(driver, run), Failed("step_failed", "boom"), take_next=False)
        Step.objects.filter(workflow=run).update(due_at="2100-01-01T00:00:00+00:00")
        found = reasons(run)["backoff"]
        assert (found.step_id, found.until and found.until.year) == ("fail-at-first", 2100)
        assert not explained(run).moving

    def test_pause__says_who_why_and_until_when(self, driver: Driver) -> None:
        run = driver.start("chain-of-ten")
        claimed(driver, run)
        ask("pause", run, "the disk is full", hold_until="2100-01-01T00:00:00+00:00")
        found = reasons(run)
        assert list(found) == ["paused", "draining", "step_running"]
        assert "system" in found["paused"].message
        assert "the disk is full" in found["paused"].message
        assert found["paused"].until is not None
        assert "by itself" in found["paused"].what_would_move_it

    def test_failure__drains(self, driver: Driver) -> None:
        run = driver.start("diamond")
        sibling = claimed(driver, run, "sibling")
        finish(claimed(driver, run, "fail-now"), Failed("step_failed", "now"), take_next=False)
        found = reasons(run)
        assert found["draining_after_failure"].step_id == "fail-now"
        assert found["step_running"].step_id == "sibling"
        finish(sibling, Failed("step_failed", "too"), take_next=False)
        assert list(reasons(run)) == ["failed"]
        assert "fail-now" in reasons(run)["failed"].message

    def test_cancelled_attempts__are_stopping_or_unconfirmed(self, driver: Driver) -> None:
        run = driver.start("nap", seconds=0.0)
        claim = claimed(driver, run)
        ask("cancel", run)
        stopping = reasons(run)["stopping"]
        assert stopping.step_id == "sleep"
        assert stopping.until is not None
        assert stopping.until > timezone.now()
        Step.objects.filter(pk=claim.step_id).update(session=None)
        Attempt.objects.filter(pk=claim.attempt_id).update(status=AttemptState.UNCONFIRMED)
        assert "1 attempt" in reasons(run)["stop_unconfirmed"].message

    def test_retried_step__waits_for_its_old_attempt(self, driver: Driver) -> None:
        run = driver.start("chain-of-ten")
        claimed(driver, run)
        ask("cancel", run)
        ask("retry", run)
        found = reasons(run)
        assert found["waits_for_old_attempt"].step_id == "add-one"
        assert "waits_for_worker" not in found

    def test_many_running_steps__are_counted(self, driver: Driver) -> None:
        run = driver.start("fan", count=12)
        finish(claimed(driver, run), Succeeded(list(range(12)), str(list(range(12)))), take_next=False)
        for _number in range(12):
            claimed(driver, run)
        assert "2 attempts" in reasons(run)["more_in_flight"].message

    def test_completed_run__is_complete(self, driver: Driver) -> None:
        assert list(reasons(driver.work_off(driver.start("fan")))) == ["completed"]

    def test_broker_that_is_down__is_named(self, driver: Driver) -> None:
        assert "broker_down" in reasons(driver.start("fan"), broker_answers=False)


def test_missing_parts__are_named(driver: Driver) -> None:
    run = driver.start("chain-of-ten")
    assert {"no_live_worker", "clock_not_ticking"} <= set(reasons(run))
    assert not explained(run).moving
    open_session(SessionKind.WORKER, ["default"])
    clock = open_session(SessionKind.CLOCK)
    assert not {"no_live_worker", "clock_not_ticking"} & set(reasons(run))
    Session.objects.filter(pk=clock).update(heartbeat_at="2020-01-01T00:00:00+00:00")
    Session.objects.exclude(pk=clock).update(expires_at=Now())
    assert {"no_live_worker", "clock_not_ticking"} <= set(reasons(run))


def test_all_surfaces__say_the_same(driver: Driver, people: dict[str, User]) -> None:
    run = driver.start("chain-of-ten")
    client = Client()
    client.force_login(people["viewer"])
    answer = client.get(f"/api/v1/workflows/{run.pk}/explain/")
    body = answer.json()
    assert answer.status_code == 200
    assert (body["workflow_id"], body["status"], body["phase"]) == (str(run.pk), "running", "dispatching")
    assert body["moving"] is False
    assert set(body["reasons"][0]) == {"code", "message", "step_id", "since", "until", "what_would_move_it"}
    out = io.StringIO()
    call_command("workflow", "explain", str(run.pk), "--as", "viewer", "--json", stdout=out)
    assert json.loads(out.getvalue()) == body
    out = io.StringIO()
    call_command("workflow", "explain", str(run.pk), "--as", "viewer", stdout=out)
    assert out.getvalue().startswith("It does not move. State: running\n")
    assert "→ Start one: manage.py worker" in out.getvalue()


def test_unknown_run__is_404(people: dict[str, User]) -> None:
    client = Client()
    client.force_login(people["viewer"])
    assert client.get("/api/v1/workflows/nope/explain/").status_code == 404
