"""``POST /api/v1/definitions/{name}/dry-run/``."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from audit.models import Entry
from tests.integration.forecast.conftest import Tables

pytestmark = pytest.mark.usefixtures("flows")
Ask = Callable[..., Any]


@pytest.fixture
def ask(people: dict[str, User]) -> Ask:
    def post(name: str, body: Any, user: str = "viewer") -> Any:
        client = Client()
        client.force_login(people.get(user) or User.objects.create_user(user))
        return client.post(f"/api/v1/definitions/{name}/dry-run/", body, content_type="application/json")

    return post


def test_dry_run__tells_what_a_run_would_do_and_makes_none(ask: Ask, tables: Callable[[], Tables]) -> None:
    ask("fan", {})  # logs in
    before = {name: rows for name, rows in tables().items() if name.startswith("workflows.")}
    response = ask("fan", {"input": {"count": 2}, "version": 1})
    body = response.json()
    assert response.status_code == 200, body
    assert (body["definition"], body["version"], body["dry_run"], body["estimated_seconds"]) == ("fan", 1, True, None)
    assert "No changes made" in body["message"]
    assert [(action["step_id"], action["action"]) for action in body["simulated_actions"]] == [
        ("numbers", "run"),
        ("double", "run"),
        ("total", "run"),
    ]
    assert [finding["code"] for finding in body["findings"]] == ["no_live_worker"]
    assert {name: rows for name, rows in tables().items() if name.startswith("workflows.")} == before
    entry = Entry.objects.order_by("operation_id").last()
    assert entry is not None
    assert (entry.operation_type, entry.resource_type, entry.resource_id) == ("dry_run", "definition", "fan")


def test_workflow_that_is_shaped_by_its_input__is_read_with_it(ask: Ask) -> None:
    body = ask("shaped", {}).json()
    assert body["dry_run"] is True, body
    assert body["simulated_actions"]


@pytest.mark.parametrize(
    ("name", "body", "status", "field"),
    [
        ("fan", {"input": {"count": "x"}}, 400, "input.count"),
        ("fan", {"input": {"other": 1}}, 400, "input.other"),
        ("fetch-and-store", {}, 400, "input.url"),
        ("fan", {"version": "1"}, 400, "version"),
        ("fan", {"colour": 1}, 400, "colour"),
        ("fan", {"version": 99}, 404, None),
        ("nope", {}, 404, None),
    ],
)
def test_bad_request__is_told_field_by_field(ask: Ask, name: str, body: Any, status: int, field: str | None) -> None:
    response = ask(name, body)
    assert response.status_code == status
    if field:
        assert field in {error["attr"] for error in response.json()["errors"]}


def test_outsider__may_not_and_it_is_on_record(ask: Ask) -> None:
    response = ask("fan", {}, user="outsider")
    assert (response.status_code, response.json()["reason_code"]) == (403, "permission_denied")
    entry = Entry.objects.exclude(operation_type="register_workflow").get()
    assert (entry.result, entry.reason_code) == ("failure", "permission_denied")
