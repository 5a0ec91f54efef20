"""``POST /api/v1/workflow/operations/…`` and the same by path: what is sent, what is answered, what is on record."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from audit.models import Entry, Surface
from tests.driver import Driver
from workflows.models import Step, Ticket, Workflow
from workflows.states import Operation, RunState, allowed_operations

OPERATIONS = "/api/v1/workflow/operations"
CONTROL = "/api/v1/workflow/control/workflow"
NO_RUN = "01a20777-2fe0-7603-8fde-cb58540062bc"
PROBLEM = "application/problem+json"

Send = Callable[..., Any]


@pytest.fixture
def send(api_operator: Client) -> Send:
    """Post JSON as the operator."""

    def post(url: str, body: Any = None, client: Client = api_operator, **headers: str) -> Any:
        return client.post(url, {} if body is None else body, content_type="application/json", headers=headers)

    return post


@pytest.fixture
def run(driver: Driver) -> Workflow:
    return driver.start("chain-of-ten")


def problems(response: Any) -> dict[str | None, str]:
    assert response.headers["content-type"] == PROBLEM
    return {item["attr"]: item["code"] for item in response.json()["errors"]}


class TestAnswer:
    def test_answer__has_the_fields_of_the_contract(self, send: Send, run: Workflow) -> None:
        body = {
            "workflow_id": str(run.pk),
            "operation": "pause",
            "metadata": {"ticket": "OPS-7", "n": [1, {"a": None}]},
        }
        response = send(f"{OPERATIONS}/pause", body)
        answer = response.json()
        assert response.status_code == 200
        assert set(answer) == {
            "workflow_id", "operation", "status", "reason_code", "message", "timestamp", "metadata",
            "allowed_operations", "operation_id",
        }  # fmt: skip
        assert (answer["workflow_id"], answer["operation"], answer["status"]) == (str(run.pk), "pause", "paused")
        assert answer["metadata"] == {**body["metadata"], "mode": "drain", "in_flight": 0}  # type: ignore[dict-item]
        assert answer["allowed_operations"] == allowed_operations(RunState.PAUSED)
        assert "successfully" in answer["message"]
        assert answer["timestamp"].endswith("Z")
        entry = Entry.objects.get(operation_id=answer["operation_id"])
        assert (entry.triggered_by, entry.surface, entry.address) == ("operator", Surface.API, "127.0.0.1")

    def test_reason__is_on_record(self, send: Send, run: Workflow) -> None:
        answer = send(f"{OPERATIONS}/pause", {"workflow_id": str(run.pk), "reason": "upgrade"}).json()
        assert Entry.objects.get(operation_id=answer["operation_id"]).reason == "upgrade"

    def test_dry_run__says_that_nothing_changed(self, send: Send, run: Workflow) -> None:
        answer = send(f"{OPERATIONS}/dry-run", {"workflow_id": str(run.pk), "operation": "dry_run"}).json()
        assert (answer["operation"], answer["status"], answer["reason_code"]) == (
            "dry_run", "running", "operation_completed",
        )  # fmt: skip
        assert "No changes made" in answer["message"]
        assert answer["metadata"]["dry_run"] is True
        assert answer["metadata"]["simulated_actions"]

    def test_retry_from_a_step__names_it(self, send: Send, driver: Driver) -> None:
        run = driver.work_off(driver.start("hopeless"))
        answer = send(f"{OPERATIONS}/retry", {"workflow_id": str(run.pk), "step_id": "give-up"}).json()
        assert (answer["status"], answer["metadata"]) == ("running", {"step_id": "give-up"})

    def test_skip__with_an_output_and_with_none(self, send: Send, run: Workflow) -> None:
        for step_id, given, expected in (("add-one-9", {"output": 41}, 41), ("add-one-10", {"output": None}, None)):
            body = {"workflow_id": str(run.pk), "step_id": step_id, **given}
            assert send(f"{OPERATIONS}/skip-step", body).status_code == 200
            step = Step.objects.get(workflow=run, key=step_id)
            assert (step.status, step.output) == ("skipped", expected)

    def test_refusal__has_the_same_body(self, send: Send, run: Workflow) -> None:
        response = send(f"{OPERATIONS}/resume", {"workflow_id": str(run.pk), "metadata": {"a": 1}})
        answer = response.json()
        assert (response.status_code, response.headers["content-type"]) == (409, "application/json")
        assert (answer["status"], answer["reason_code"]) == ("running", "forbidden_transition")
        assert answer["metadata"] == {"a": 1}
        assert answer["allowed_operations"] == allowed_operations(RunState.RUNNING)
        assert Entry.objects.get(operation_id=answer["operation_id"]).result == "failure"

    def test_step_that_runs__is_409_invalid_state(self, send: Send, run: Workflow, driver: Driver) -> None:
        driver.claim(run)
        response = send(f"{OPERATIONS}/skip-step", {"workflow_id": str(run.pk), "step_id": "add-one"})
        assert (response.status_code, response.json()["reason_code"]) == (409, "invalid_state")

    def test_unknown_run_and_step__are_404(self, send: Send, run: Workflow) -> None:
        no_run = send(f"{OPERATIONS}/pause", {"workflow_id": NO_RUN})
        assert (no_run.status_code, no_run.json()["status"]) == (404, None)
        assert (no_run.json()["reason_code"], no_run.json()["workflow_id"]) == ("resource_not_found", NO_RUN)
        assert no_run.json()["allowed_operations"] == []
        no_step = send(f"{OPERATIONS}/skip-step", {"workflow_id": str(run.pk), "step_id": "nope"})
        assert (no_step.status_code, no_step.json()["status"]) == (404, "running")

    def test_missing_permission__is_403_with_the_body_and_on_record(
        self, send: Send, run: Workflow, clients: dict[str, Client]
    ) -> None:
        response = send(f"{OPERATIONS}/cancel", {"workflow_id": str(run.pk)}, clients["viewer"])
        answer = response.json()
        assert (response.status_code, answer["reason_code"], answer["status"]) == (403, "permission_denied", "running")
        entry = Entry.objects.get(operation_id=answer["operation_id"])
        assert (entry.triggered_by, entry.result, entry.reason_code) == ("viewer", "failure", "permission_denied")

    def test_what_the_operation_cannot_use__is_400_with_the_body_and_the_fields(
        self, send: Send, run: Workflow
    ) -> None:
        body = {"workflow_id": str(run.pk), "metadata": {"fields": "mine"}}
        for hold_until in ("yesterday", "2020-01-01T00:00:00Z", "2100-01-01T00:00:00", "2100-13-41T00:00:00Z"):
            response = send(f"{OPERATIONS}/pause", {**body, "hold_until": hold_until})
            answer = response.json()
            assert (response.status_code, response.headers["content-type"]) == (400, "application/json"), hold_until
            assert (answer["reason_code"], answer["status"]) == ("invalid_configuration", "running")
            assert [error["attr"] for error in answer["errors"]] == ["hold_until"]
            assert Entry.objects.filter(operation_id=answer["operation_id"]).exists()


class TestBody:
    @pytest.mark.parametrize(
        ("operation", "body", "expected"),
        [
            ("pause", {}, {"workflow_id": "required"}),
            ("pause", {"workflow_id": "x"}, {"workflow_id": "invalid"}),
            ("pause", {"workflow_id": 7}, {"workflow_id": "invalid"}),
            ("pause", {"workflow_id": NO_RUN, "operation": "resume"}, {"operation": "invalid"}),
            ("pause", {"workflow_id": NO_RUN, "operation": 1}, {"operation": "invalid"}),
            ("dry-run", {"workflow_id": NO_RUN, "operation": "dry-run"}, {"operation": "invalid"}),
            ("pause", {"workflow_id": NO_RUN, "modus": "stop"}, {"modus": "invalid"}),
            ("resume", {"workflow_id": NO_RUN, "mode": "stop"}, {"mode": "invalid"}),
            ("pause", {"workflow_id": NO_RUN, "mode": "gently"}, {"mode": "invalid_choice"}),
            ("pause", {"workflow_id": NO_RUN, "metadata": [1]}, {"metadata": "invalid"}),
            ("pause", {"workflow_id": NO_RUN, "metadata": {"a": "\0"}}, {"metadata": "invalid"}),
            ("pause", {"workflow_id": NO_RUN, "metadata": {"a": "x" * 300_000}}, {"metadata": "invalid"}),
            ("pause", {"workflow_id": NO_RUN, "reason": "x" * 2001}, {"reason": "max_length"}),
            ("pause", {"workflow_id": NO_RUN, "reason": None}, {"reason": "null"}),
            ("pause", {"workflow_id": NO_RUN, "ticket": "x"}, {"ticket": "invalid"}),
            ("skip-step", {"workflow_id": NO_RUN}, {"step_id": "required"}),
            ("skip-step", {"workflow_id": NO_RUN, "step_id": "a", "output": "\ud800"}, {"output": "invalid"}),
            ("replay-step", {"workflow_id": NO_RUN, "step_id": None}, {"step_id": "null"}),
            ("retry", {"workflow_id": NO_RUN, "step_id": 3}, {"step_id": "invalid"}),
            ("retry", [1], {None: "invalid"}),
        ],
    )
    def test_body__that_does_not_validate_is_a_problem(
        self, send: Send, clients: dict[str, Client], operation: str, body: Any, expected: dict[str | None, str]
    ) -> None:
        response = send(f"{OPERATIONS}/{operation}", body)
        assert response.status_code == 400
        assert problems(response) == expected
        assert not Entry.objects.exists()


class TestByPath:
    @pytest.mark.parametrize("operation", ["dry-run", "dry_run", "pause", "cancel/"])
    def test_run__both_spellings_and_no_body(self, send: Send, run: Workflow, operation: str) -> None:
        response = send(f"{CONTROL}/{run.pk}/{operation}")
        assert response.status_code == 200
        assert response.json()["operation"] == operation.replace("-", "_").rstrip("/")

    def test_run__without_any_body(self, api_operator: Client, run: Workflow) -> None:
        assert api_operator.generic("POST", f"{CONTROL}/{run.pk}/pause").status_code == 200

    def test_run__takes_what_the_body_adds(self, send: Send, run: Workflow) -> None:
        answer = send(f"{CONTROL}/{run.pk}/pause", {"mode": "stop", "reason": "why", "metadata": {"a": 1}}).json()
        assert answer["metadata"] == {"a": 1, "mode": "stop", "in_flight": 0}
        assert Entry.objects.get(operation_id=answer["operation_id"]).reason == "why"

    def test_option_of_another_operation__is_400(self, send: Send, run: Workflow) -> None:
        response = send(f"{CONTROL}/{run.pk}/cancel", {"mode": "stop"})
        assert response.status_code == 400
        assert [error["attr"] for error in response.json()["errors"]] == ["mode"]
        assert Workflow.objects.get().status == RunState.RUNNING

    @pytest.mark.parametrize(
        ("action", "operation"),
        [
            ("skip_step", "skip_step"),
            ("skip-step/", "skip_step"),
            ("retry_from_step", "retry"),
            ("replay_step", "replay_step"),
        ],
    )
    def test_step__is_named_by_the_address(self, send: Send, driver: Driver, action: str, operation: str) -> None:
        run = driver.work_off(driver.start("hopeless"))
        response = send(f"{CONTROL}/{run.pk}/step/give-up/{action}")
        assert response.status_code == 200, response.json()
        assert response.json()["operation"] == operation
        assert response.json()["metadata"]["step_id"] == "give-up"

    @pytest.mark.parametrize(
        "path", [f"{NO_RUN}/fly", f"{NO_RUN}/step/a/pause", "x/pause", "x/step/a/skip_step", "%00/pause"]
    )
    def test_unknown_address__is_404(self, send: Send, path: str) -> None:
        response = send(f"{CONTROL}/{path}")
        assert response.status_code == 404
        assert response.headers["content-type"] == PROBLEM

    def test_step__given_twice_is_400(self, send: Send, run: Workflow) -> None:
        response = send(f"{CONTROL}/{run.pk}/step/add-one/skip_step", {"step_id": "add-one-2"})
        assert problems(response) == {"step_id": "invalid"}

    def test_workflow_id__in_the_body_is_400(self, send: Send, run: Workflow) -> None:
        assert problems(send(f"{CONTROL}/{run.pk}/pause", {"workflow_id": str(run.pk)})) == {"workflow_id": "invalid"}

    def test_missing_step__is_400_with_the_body(self, send: Send, run: Workflow) -> None:
        response = send(f"{CONTROL}/{run.pk}/skip_step")
        assert response.status_code == 400
        assert [error["attr"] for error in response.json()["errors"]] == ["step_id"]


@pytest.mark.parametrize("operation", [item.replace("_", "-") for item in Operation])
def test_slash_at_the_end__makes_no_difference(send: Send, run: Workflow, operation: str) -> None:
    body = {"workflow_id": NO_RUN, "step_id": "a"}
    plain, slashed = (send(f"{OPERATIONS}/{operation}{end}", body) for end in ("", "/"))
    assert plain.status_code == slashed.status_code == 404
    assert plain.json()["reason_code"] == slashed.json()["reason_code"] == "resource_not_found"


class TestPreview:
    def test_preview__shows_effects_and_changes_nothing(self, send: Send, run: Workflow, driver: Driver) -> None:
        driver.claim(run)
        before = Workflow.objects.values().get()
        response = send(f"{OPERATIONS}/preview", {"workflow_id": str(run.pk), "operation": "cancel"})
        found = response.json()
        assert response.status_code == 200
        assert set(found) == {
            "workflow_id", "operation", "ticket", "expires_at", "allowed", "reason_code", "message", "effects",
            "estimated_seconds", "operation_id",
        }  # fmt: skip
        assert found["allowed"] is True
        assert found["effects"][0] == {"step_id": "add-one", "effect": "stop", "reason": "in_flight", "count": 1}
        assert len(found["effects"]) == 10
        assert Workflow.objects.values().get() == before

    def test_preview__of_what_is_forbidden_says_why(self, send: Send, run: Workflow) -> None:
        response = send(f"{OPERATIONS}/preview/", {"workflow_id": str(run.pk), "operation": "resume"})
        found = response.json()
        assert (response.status_code, found["allowed"], found["ticket"]) == (200, False, None)
        assert found["reason_code"] == "forbidden_transition"
        assert not Ticket.objects.exists()

    def test_preview__of_an_unknown_run_is_404(self, send: Send, clients: dict[str, Client]) -> None:
        response = send(f"{OPERATIONS}/preview", {"workflow_id": NO_RUN, "operation": "pause"})
        assert (response.status_code, response.json()["reason_code"]) == (404, "resource_not_found")

    def test_preview__needs_an_operation(self, send: Send, clients: dict[str, Client]) -> None:
        assert problems(send(f"{OPERATIONS}/preview", {"workflow_id": NO_RUN})) == {"operation": "required"}

    def test_ticket__does_what_was_shown_once(self, send: Send, run: Workflow) -> None:
        asked = {"workflow_id": str(run.pk)}
        ticket = send(f"{OPERATIONS}/preview", {**asked, "operation": "pause", "mode": "stop"}).json()["ticket"]
        first = send(f"{OPERATIONS}/pause", {**asked, "mode": "stop", "ticket": ticket})
        assert first.status_code == 200
        send(f"{OPERATIONS}/resume", asked)
        again = send(f"{OPERATIONS}/pause", {**asked, "mode": "stop", "ticket": ticket})
        assert (again.status_code, again.json()["reason_code"]) == (409, "stale_plan")

    def test_ticket__of_a_run_that_moved_on_is_stale(self, send: Send, run: Workflow, driver: Driver) -> None:
        asked = {"workflow_id": str(run.pk)}
        ticket = send(f"{OPERATIONS}/preview", {**asked, "operation": "cancel"}).json()["ticket"]
        driver.claim(run)
        response = send(f"{OPERATIONS}/cancel", {**asked, "ticket": ticket})
        assert (response.status_code, response.json()["reason_code"]) == (409, "stale_plan")
        assert driver.again(run).status == RunState.RUNNING

    def test_ticket__of_somebody_else_is_not_believed(
        self, send: Send, run: Workflow, clients: dict[str, Client]
    ) -> None:
        asked = {"workflow_id": str(run.pk)}
        shown = send(f"{OPERATIONS}/preview", {**asked, "operation": "cancel"}, clients["admin"]).json()
        response = send(f"{OPERATIONS}/cancel", {**asked, "ticket": shown["ticket"]})
        assert response.json()["reason_code"] == "stale_plan"
        assert UUID(shown["operation_id"])


def test_hold__is_shown_on_the_run(send: Send, run: Workflow, viewer: Client, run_url: Any) -> None:
    body = {"workflow_id": str(run.pk), "reason": "upgrade", "hold_until": "2100-01-01T00:00:00+01:00"}
    assert send(f"{OPERATIONS}/pause", body).status_code == 200
    shown = viewer.get(run_url(run)).json()
    until = "2099-12-31T23:00:00+00:00"
    assert shown["hold"] == {"by": "operator", "reason": "upgrade", "mode": "drain", "until": until, "then": "resume"}
    assert shown["hold_until"] == "2099-12-31T23:00:00Z"
    send(f"{OPERATIONS}/resume", {"workflow_id": str(run.pk)})
    assert viewer.get(run_url(run)).json()["hold"] is None
