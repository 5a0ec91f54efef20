"""Whoever asks why a run does not move is told of bounds and queues, in codes and in words."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from audit.actor import SYSTEM
from tests.integration.pressure.conftest import Begin
from workflows.models import Workflow
from workflows.models.session import SessionKind
from workflows.operations.perform import operate
from workflows.operations.request import Request
from workflows.selectors.explain import explain
from workflows.selectors.explain_reasons import Reason
from workflows.states import Operation
from workflows.worker import stretch
from workflows.worker.session import open_session


@pytest.fixture(autouse=True)
def _alive(begin: Begin) -> None:
    open_session(SessionKind.WORKER, ["default"])
    open_session(SessionKind.CLOCK)


def reasons(run: Workflow) -> dict[str, Reason]:
    return {reason.code: reason for reason in explain(run.pk, broker_answers=True).reasons}


def test_run_that_waits__is_told_who_has_the_places(begin: Begin) -> None:
    first, *_others, last = (begin("narrow") for _run in range(5))
    operate(SYSTEM, Request(operation=Operation.PAUSE, workflow_id=first.pk))
    found = reasons(last)
    assert list(found) == ["waits_for_place"]
    message = found["waits_for_place"].message
    assert "runs of narrow at most 2 work at a time, and 2 do (1 of them paused); 2 wait before it" in message
    assert "max_running" in found["waits_for_place"].what_would_move_it
    assert found["waits_for_place"].since == last.started_at
    assert not explain(last.pk, broker_answers=True).moving


def test_label__is_named_with_the_setting(begin: Begin, settings: Any) -> None:
    settings.VENOM_LABEL_LIMITS = {("tenant", "*"): 1}
    _first, second = (begin("single", labels={"tenant": "a"}) for _run in range(2))
    reason = reasons(second)["waits_for_place"]
    assert "runs with the label tenant:a at most 1 works" in reason.message
    assert "VENOM_LABEL_LIMITS" in reason.what_would_move_it


def test_bound_that_was_raised__is_a_matter_of_its_turn(begin: Begin, settings: Any) -> None:
    settings.VENOM_LABEL_LIMITS = {("tenant", "*"): 1}
    _first, second = (begin("single", labels={"tenant": "a"}) for _run in range(2))
    settings.VENOM_LABEL_LIMITS = {}
    assert list(reasons(second)) == ["waits_for_turn"]


def test_queue_that_nobody_serves__is_named(begin: Begin) -> None:
    run = begin("in-and-out")
    assert "queue_not_served" not in reasons(run)
    stretch.advance(run.pk, None)
    assert "queue heavy" in reasons(run)["queue_not_served"].message
    open_session(SessionKind.WORKER, ["heavy"])
    assert "queue_not_served" not in reasons(run)


def test_api__shows_phase_queue_and_priority(begin: Begin, people: dict[str, User], client: Client) -> None:
    client.force_login(people["viewer"])
    _first, _second, run = (begin("narrow", priority=3) for _run in range(3))
    assert client.get(f"/api/v1/workflows/{run.pk}/").json()["phase"] == "waiting"
    explained = client.get(f"/api/v1/workflows/{run.pk}/explain/").json()
    assert [reason["code"] for reason in explained["reasons"]] == ["waits_for_place"]
    run = begin("in-and-out", priority=4)
    step = client.get(f"/api/v1/workflows/{run.pk}/steps/lift/").json()
    assert (step["queue"], step["priority"]) == ("heavy", 4)
    assert client.get("/api/v1/definitions/narrow/").json()["max_running"] == 2
