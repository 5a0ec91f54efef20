"""Who may do what: every address with every kind of person."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from venom_portal import tokens
from workflows.api.urls import urlpatterns
from workflows.models import Artifact, Workflow

PEOPLE = ("anonymous", "outsider", "viewer", "operator", "admin")
READERS = dict(zip(PEOPLE, (401, 403, 200, 200, 200), strict=True))
STARTERS = dict(zip(PEOPLE, (401, 403, 403, 201, 201), strict=True))
ALL_USERS = dict(zip(PEOPLE, (401, 200, 200, 200, 200), strict=True))
SENT_TO_LOGIN = ALL_USERS | {"anonymous": 302}

READING = {
    "api-definitions": ("/api/v1/definitions/", READERS),
    "api-definition": ("/api/v1/definitions/fan/", READERS),
    "api-runs": ("/api/v1/workflows/", READERS),
    "api-run": ("/api/v1/workflows/{run}/", READERS),
    "api-run-steps": ("/api/v1/workflows/{run}/steps/", READERS),
    "api-run-step": ("/api/v1/workflows/{run}/steps/store[1]/", READERS),
    "api-run-events": ("/api/v1/workflows/{run}/events/", READERS),
    "api-run-logs": ("/api/v1/workflows/{run}/logs/", READERS),
    "api-run-graph": ("/api/v1/workflows/{run}/graph/", READERS),
    "api-run-artifact": ("/api/v1/workflows/{run}/artifacts/report.html", READERS),
    "api-schema": ("/api/schema/", ALL_USERS),
    "api-docs": ("/api/docs/", SENT_TO_LOGIN),
}


def test_table__has_every_address() -> None:
    assert {pattern.name for pattern in urlpatterns} == set(READING)


def test_reading__is_for_those_who_may(clients: dict[str, Client], finished_run: Workflow) -> None:
    Artifact.objects.create(workflow=finished_run, name="report.html", content_type="text/html", size=1, content=b"x")
    found = {
        name: {person: clients[person].get(url.format(run=finished_run.pk)).status_code for person in PEOPLE}
        for name, (url, _expected) in READING.items()
    }
    assert found == {name: expected for name, (_url, expected) in READING.items()}


def test_head_and_options__are_reading(clients: dict[str, Client], finished_run: Workflow) -> None:
    for method in ("head", "options"):
        ask = {person: getattr(clients[person], method) for person in PEOPLE}
        assert {person: ask[person]("/api/v1/workflows/").status_code for person in PEOPLE} == READERS


def test_creating__is_for_those_who_may(clients: dict[str, Client], flows: None) -> None:
    body = {"definition": "fan", "start": False}
    found = {
        person: clients[person].post("/api/v1/workflows/", body, content_type="application/json").status_code
        for person in PEOPLE
    }
    assert found == STARTERS
    assert Workflow.objects.count() == 2


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_other_methods__are_refused(method: str, clients: dict[str, Client]) -> None:
    response = getattr(clients["admin"], method)("/api/v1/workflows/")
    assert response.status_code == 405
    assert response.json()["status"] == 405


def test_token__does_what_its_user_may(people: dict[str, User], flows: None) -> None:
    statuses = {}
    for name in ("viewer", "operator"):
        header: Any = {"authorization": f"Token {tokens.issue(people[name]).token}"}
        body = {"definition": "fan", "start": False}
        statuses[name] = (
            Client().get("/api/v1/workflows/", headers=header).status_code,
            Client().post("/api/v1/workflows/", body, content_type="application/json", headers=header).status_code,
        )
    assert statuses == {"viewer": (200, 403), "operator": (200, 201)}


def test_session__needs_the_csrf_token_to_change_something(people: dict[str, User], flows: None) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(people["operator"])
    response = client.post("/api/v1/workflows/", {"definition": "fan"}, content_type="application/json")
    assert response.status_code == 403
    assert "CSRF" in response.json()["detail"]
    assert not Workflow.objects.exists()


def test_claimed_name__is_not_believed(clients: dict[str, Client], flows: None) -> None:
    headers = {"x-user": "admin", "x-authenticated-user": "admin", "remote-user": "admin"}
    body = {"definition": "fan", "start": False}
    response = clients["operator"].post("/api/v1/workflows/", body, content_type="application/json", headers=headers)
    assert response.json()["created_by"] == "operator"
    assert Client().get("/api/v1/workflows/", headers=headers).status_code == 401
