"""Who may do what: every address with every kind of person."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from audit.actor import SYSTEM
from audit.models import Entry
from venom_portal import tokens
from workflows.api.urls import urlpatterns
from workflows.models import Artifact, Workflow

PEOPLE = ("anonymous", "outsider", "viewer", "operator", "admin")
READERS = dict(zip(PEOPLE, (401, 403, 200, 200, 200), strict=True))
STARTERS = dict(zip(PEOPLE, (401, 403, 403, 201, 201), strict=True))
ALL_USERS = dict(zip(PEOPLE, (401, 200, 200, 200, 200), strict=True))
SENT_TO_LOGIN = ALL_USERS | {"anonymous": 302}
# What is asked is about nothing, so whoever may ask is told that there is no such thing.
NOT_THERE = "01a20777-2fe0-7603-8fde-cb58540062bc"
LOOKERS_OF_NOTHING = dict(zip(PEOPLE, (401, 403, 404, 404, 404), strict=True))
ALL_USERS_OF_NOTHING = dict(zip(PEOPLE, (401, 404, 404, 404, 404), strict=True))
OPERATORS_OF_NOTHING = dict(zip(PEOPLE, (401, 403, 403, 404, 404), strict=True))

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
    "api-run-explain": ("/api/v1/workflows/{run}/explain/", READERS),
    "api-bulk-jobs": ("/api/v1/workflow/operations/bulk", READERS),
    "api-bulk-job": (f"/api/v1/workflow/operations/bulk/{NOT_THERE}", LOOKERS_OF_NOTHING),
    "api-bulk-results": (f"/api/v1/workflow/operations/bulk/{NOT_THERE}/results", LOOKERS_OF_NOTHING),
    "api-run-artifact": ("/api/v1/workflows/{run}/artifacts/report.html", READERS),
    "api-schema": ("/api/schema/", ALL_USERS),
    "api-docs": ("/api/docs/", SENT_TO_LOGIN),
}

_OPERATIONS = "/api/v1/workflow/operations"
_RUN = f"/api/v1/workflow/control/workflow/{NOT_THERE}"
_OF_RUN = {"workflow_id": NOT_THERE}
_OF_STEP = {**_OF_RUN, "step_id": "a"}

OPERATING: dict[str, tuple[str, Any, dict[str, int]]] = {
    **{
        f"api-{name}": (f"{_OPERATIONS}/{name}", _OF_RUN, OPERATORS_OF_NOTHING)
        for name in ("start", "pause", "resume", "cancel", "retry", "restart")
    },
    **{
        f"api-{name}": (f"{_OPERATIONS}/{name}", _OF_STEP, OPERATORS_OF_NOTHING)
        for name in ("skip-step", "replay-step")
    },
    "api-dry-run": (f"{_OPERATIONS}/dry-run", _OF_RUN, LOOKERS_OF_NOTHING),
    "api-preview": (f"{_OPERATIONS}/preview", {**_OF_RUN, "operation": "cancel"}, LOOKERS_OF_NOTHING | {"viewer": 200}),
    "api-operate": (f"{_RUN}/cancel", {}, OPERATORS_OF_NOTHING),
    "api-operate-on-step": (f"{_RUN}/step/a/skip_step", {}, OPERATORS_OF_NOTHING),
    "api-definition-dry-run": ("/api/v1/definitions/nope/dry-run/", {}, LOOKERS_OF_NOTHING),
    "api-bulk-act": (f"{_OPERATIONS}/bulk/{NOT_THERE}/cancel", {}, ALL_USERS_OF_NOTHING),
}


def test_table__has_every_address() -> None:
    assert {pattern.name for pattern in urlpatterns} == set(READING) | set(OPERATING)


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


def test_operating__is_for_those_who_may(clients: dict[str, Client]) -> None:
    found = {
        name: {
            person: clients[person].post(url, body, content_type="application/json").status_code for person in PEOPLE
        }
        for name, (url, body, _expected) in OPERATING.items()
    }
    assert found == {name: expected for name, (_url, _body, expected) in OPERATING.items()}


def test_bulk__is_for_those_who_may(clients: dict[str, Client]) -> None:
    body = {"operation": "cancel", "workflow_ids": [NOT_THERE]}
    url = f"{_OPERATIONS}/bulk"
    found = {person: clients[person].post(url, body, content_type="application/json").status_code for person in PEOPLE}
    assert found == dict(zip(PEOPLE, (401, 403, 403, 202, 202), strict=True))


def test_refused_for_lack_of_permission__is_on_record(clients: dict[str, Client]) -> None:
    clients["viewer"].post(f"{_OPERATIONS}/cancel", _OF_RUN, content_type="application/json")
    entry = Entry.objects.get(resource_type="workflow")
    assert (entry.triggered_by, entry.reason_code, entry.resource_id) == ("viewer", "permission_denied", NOT_THERE)


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_other_methods__are_refused(method: str, clients: dict[str, Client]) -> None:
    response = getattr(clients["admin"], method)("/api/v1/workflows/")
    assert response.status_code == 405
    assert response.json()["status"] == 405


def test_token__does_what_its_user_may(people: dict[str, User], flows: None) -> None:
    statuses = {}
    for name in ("viewer", "operator"):
        header: Any = {"authorization": f"Token {tokens.issue(SYSTEM, people[name]).token}"}
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
