"""``POST /api/v1/workflows/``."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from audit.models import Entry, Surface
from tests.driver import Driver
from workflows.models import Label, Step, Workflow
from workflows.states import RunState, allowed_operations

Post = Callable[..., Any]


def problems(response: Any) -> dict[str | None, str]:
    return {item["attr"]: item["code"] for item in response.json()["errors"]}


@pytest.mark.usefixtures("flows")
class TestCreate:
    def test_run__is_answered_whole(self, post: Post) -> None:
        body = {"definition": "fan", "input": {"count": 2}, "labels": {"team": "a"}, "priority": 5}
        response = post(body)
        run = response.json()
        assert response.status_code == 201
        assert (run["definition"], run["version"], run["status"], run["phase"]) == ("fan", 1, "running", "dispatching")
        assert (run["input"], run["output"], run["error"]) == ({"count": 2}, None, None)
        assert (run["labels"], run["priority"], run["created_by"]) == ({"team": "a"}, 5, "operator")
        assert run["progress"] == {"done": 0, "total": 3}
        assert run["allowed_operations"] == allowed_operations(RunState.RUNNING)
        assert run["started_at"] is not None
        assert Workflow.objects.get().pk.hex == run["id"].replace("-", "")
        assert list(Label.objects.values_list("key", "value")) == [("team", "a")]

    def test_run__not_started_is_idle(self, post: Post) -> None:
        run = post({"definition": "fan", "start": False}).json()
        assert (run["status"], run["phase"], run["started_at"]) == ("idle", "", None)
        assert run["allowed_operations"] == allowed_operations(RunState.IDLE)

    def test_defaults__are_filled_in(self, post: Post) -> None:
        assert post({"definition": "fan"}).json()["input"] == {"count": 3}

    def test_audit__names_the_user_the_surface_and_the_address(self, post: Post) -> None:
        run = post({"definition": "fan"}).json()
        entry = Entry.objects.get(resource_type="workflow")
        assert (entry.triggered_by, entry.surface, entry.address) == ("operator", Surface.API, "127.0.0.1")
        assert (entry.resource_id, entry.reason_code) == (run["id"], "operation_completed")

    def test_start_key__again_gives_the_first_run(self, post: Post) -> None:
        body = {"definition": "fan", "start_key": "once"}
        first, second = post(body), post(body | {"input": {"count": 9}})
        assert (first.status_code, second.status_code) == (201, 200)
        assert first.json()["id"] == second.json()["id"]
        assert Workflow.objects.count() == 1

    def test_version__is_the_named_one(self, post: Post) -> None:
        assert post({"definition": "fan", "version": 1}).status_code == 201
        assert post({"definition": "fan", "version": 2}).json()["reason_code"] == "resource_not_found"


@pytest.mark.usefixtures("flows")
class TestRefused:
    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({}, "definition"),
            ({"definition": 5}, "definition"),
            ({"definition": ""}, "definition"),
            ({"definition": None}, "definition"),
            ({"definition": "fan", "version": "1"}, "version"),
            ({"definition": "fan", "version": 0}, "version"),
            ({"definition": "fan", "version": True}, "version"),
            ({"definition": "fan", "version": 10**30}, "version"),
            ({"definition": "fan", "input": {"count": "x"}}, "input.count"),
            ({"definition": "fan", "input": {"other": 1}}, "input.other"),
            ({"definition": "fetch-and-store"}, "input.url"),
            ({"definition": "fetch-and-store", "input": {"url": "a\0b"}}, "input.url"),
            ({"definition": "fan", "input": [1]}, "input"),
            ({"definition": "fan", "input": "text"}, "input"),
            ({"definition": "fan", "labels": ["a"]}, "labels"),
            ({"definition": "fan", "labels": {"a": 1}}, "labels.a"),
            ({"definition": "fan", "labels": {"a:b": "c"}}, "labels"),
            ({"definition": "fan", "labels": {str(number): "x" for number in range(33)}}, "labels"),
            ({"definition": "fan", "priority": "high"}, "priority"),
            ({"definition": "fan", "priority": 1.5}, "priority"),
            ({"definition": "fan", "priority": 1001}, "priority"),
            ({"definition": "fan", "start": "yes"}, "start"),
            ({"definition": "fan", "start": None}, "start"),
            ({"definition": "fan", "start_key": ""}, "start_key"),
            ({"definition": "fan", "start_key": "x" * 201}, "start_key"),
            ({"definition": "fan", "extra": 1}, "extra"),
            ([], None),
        ],
    )
    def test_bad_body__is_answered_field_by_field(self, post: Post, body: Any, field: str | None) -> None:
        response = post(body)
        assert response.status_code == 400
        assert response.json()["reason_code"] == "invalid_configuration"
        assert set(problems(response)) == {field}
        assert not Workflow.objects.exists()
        assert not Step.objects.exists()

    def test_number__too_large_for_json_is_refused(self, api_operator: Client) -> None:
        body = b'{"definition": "fan", "input": {"count": 1e999}}'
        response = api_operator.post("/api/v1/workflows/", body, content_type="application/json")
        assert response.status_code == 400
        assert set(problems(response)) == {"input"}

    def test_bad_body__several_fields_are_all_named(self, post: Post) -> None:
        assert set(problems(post({"version": "x", "priority": "y", "start": "z"}))) == {
            "definition",
            "version",
            "priority",
            "start",
        }

    def test_author_s_check__is_a_field_too(self, post: Post) -> None:
        response = post({"definition": "fire-drill", "input": {"fail_at": "nowhere"}})
        assert response.status_code == 400
        assert set(problems(response)) == {"input.fail_at"}

    def test_unknown_definition__is_not_found(self, post: Post) -> None:
        response = post({"definition": "nope"})
        assert (response.status_code, response.json()["reason_code"]) == (404, "resource_not_found")
        assert not Workflow.objects.exists()

    def test_refusal__is_on_record(self, clients: dict[str, Client], post: Post) -> None:
        response = post({"definition": "fan"}, client=clients["viewer"])
        assert (response.status_code, response.json()["reason_code"]) == (403, "permission_denied")
        entry = Entry.objects.get(resource_type="workflow")
        assert (entry.triggered_by, entry.result, entry.reason_code) == ("viewer", "failure", "permission_denied")

    @pytest.mark.parametrize("body", [b"{", b"\xff", b'{"definition": NaN}', b"[" * 200_000, b"[" * 150 + b"]" * 150])
    def test_body__that_is_not_plain_json_is_refused(self, api_operator: Client, body: bytes) -> None:
        response = api_operator.post("/api/v1/workflows/", body, content_type="application/json")
        assert response.status_code == 400
        assert problems(response) == {None: "parse_error"}

    def test_body__that_is_too_large_is_refused(self, post: Post) -> None:
        response = post({"definition": "fan", "input": {"x": "y" * 3_000_000}})
        assert response.status_code == 413
        assert problems(response) == {None: "too_large"}

    def test_body__of_another_type_is_refused(self, api_operator: Client) -> None:
        response = api_operator.post("/api/v1/workflows/", {"definition": "fan"})
        assert response.status_code == 415
        assert response.headers["content-type"] == "application/problem+json"


def test_run__created_here_is_worked_off(post: Post, driver: Driver) -> None:
    run = post({"definition": "fan", "input": {"count": 4}}).json()
    assert driver.work_off(Workflow.objects.get(pk=run["id"])).output == 12
