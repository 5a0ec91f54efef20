"""Bulk operations over REST."""

from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.integration.bulk.conftest import MakeRuns, work_off
from workflows.models import BulkJob, IdempotencyKey, Label, Workflow
from workflows.states import RunState

URL = "/api/v1/workflow/operations/bulk"


@pytest.fixture
def clients(people: dict[str, User]) -> dict[str, Client]:
    found = {name: Client() for name in (*people, "outsider")}
    people["outsider"] = User.objects.create_user("outsider")
    for name, client in found.items():
        client.force_login(people[name])
    return found


@pytest.fixture
def operator_client(clients: dict[str, Client]) -> Client:
    return clients["operator"]


def post(client: Client, url: str, body: Any, **headers: str) -> Any:
    return client.post(url, body, content_type="application/json", headers=headers)


def finished(body: Any) -> BulkJob:
    return work_off(BulkJob.objects.get(pk=body["id"]))


def test_bulk__is_accepted_done_and_shown(make_runs: MakeRuns, operator_client: Client) -> None:
    make_runs(3)
    make_runs(2, RunState.FAILED)
    body = {
        "operation": "pause",
        "filter": {"status": ["running", "failed"]},
        "mode": "stop",
        "metadata": {"why": 1},
        "reason": "night",
    }
    response = post(operator_client, URL, body)
    assert response.status_code == 202, response.content
    made = response.json()
    assert made["counts"] == {"total": 5, "waiting": 5, "done": 0, "refused": 0, "already": 0, "gone": 0}
    assert (made["status"], made["allowed_actions"]) == ("running", ["pause", "cancel"])
    finished(made)
    shown = operator_client.get(f"{URL}/{made['id']}/").json()
    assert shown == made | {
        "status": "completed",
        "counts": {"total": 5, "waiting": 0, "done": 3, "refused": 2, "already": 0, "gone": 0},
        "reason_codes": {"operation_completed": 3, "forbidden_transition": 2},
        "allowed_actions": ["retry-failed"],
        "finished_at": shown["finished_at"],
    }
    assert (shown["options"], shown["metadata"], shown["created_by"]) == ({"mode": "stop"}, {"why": 1}, "operator")
    assert [job["id"] for job in operator_client.get(f"{URL}/").json()["results"]] == [made["id"]]
    assert operator_client.get(f"{URL}/{made['id']}").json() == shown


def test_results__are_read_in_pages_and_filtered(make_runs: MakeRuns, operator_client: Client) -> None:
    runs = [*make_runs(3), *make_runs(2, RunState.FAILED)]
    ids = [str(run.pk) for run in runs] + [str(uuid4())]
    job = finished(post(operator_client, URL, {"operation": "pause", "workflow_ids": ids}).json())
    seen, url = [], f"{URL}/{job.pk}/results/?page_size=2"
    while url:
        page = operator_client.get(url).json()
        seen += page["results"]
        url = page["next"]
    assert sorted(item["workflow_id"] for item in seen) == sorted(ids)
    refused = operator_client.get(f"{URL}/{job.pk}/results/?result=refused").json()["results"]
    assert {item["workflow_id"] for item in refused} == set(ids[3:5])
    assert all(item["message"] and item["operation_id"] and item["at"] for item in refused)
    gone = operator_client.get(f"{URL}/{job.pk}/results/?reason_code=resource_not_found").json()["results"]
    assert [item["workflow_id"] for item in gone] == ids[5:]
    assert operator_client.get(f"{URL}/{job.pk}/results/?result=nice").status_code == 400


def test_dry_run__tells_counts_and_does_nothing(make_runs: MakeRuns, clients: dict[str, Client]) -> None:
    make_runs(2)
    make_runs(1, RunState.FAILED)
    body = {"operation": "cancel", "filter": {"definition": "chain-of-ten"}, "dry_run": True}
    job = finished(post(clients["operator"], URL, body).json())
    shown = clients["viewer"].get(f"{URL}/{job.pk}/").json()
    assert shown["dry_run"] is True
    assert (shown["counts"]["done"], shown["counts"]["refused"]) == (2, 1)
    assert shown["reason_codes"] == {"operation_cancelled": 2, "forbidden_transition": 1}
    assert not Workflow.objects.filter(status=RunState.CANCELLED).exists()


def test_filter__has_the_names_of_the_list_of_runs(make_runs: MakeRuns, operator_client: Client) -> None:
    (run, *_others) = make_runs(3)
    Label.objects.create(workflow=run, key="team", value="a")
    wanted = {
        "status": ["running"], "definition": "chain-of-ten", "label": ["team:a"], "created_by": "system",
        "q": str(run.pk)[:8], "since": "2000-01-01", "until": "2100-01-01T00:00:00Z",
    }  # fmt: skip
    made = post(operator_client, URL, {"operation": "pause", "filter": wanted}).json()
    assert made["counts"]["total"] == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "operation"),
        ({"operation": "pause"}, "filter"),
        ({"operation": "pause", "filter": {}}, "filter"),
        ({"operation": "pause", "filter": {"status": ["failed"]}}, "filter"),
        ({"operation": "pause", "filter": {"status": ["odd"]}}, "filter.status"),
        ({"operation": "pause", "filter": {"label": ["x"]}}, "filter.label"),
        ({"operation": "pause", "filter": {"colour": "red"}}, "filter.colour"),
        ({"operation": "pause", "filter": {"q": "x"}, "workflow_ids": [str(uuid4())]}, "filter"),
        ({"operation": "pause", "workflow_ids": []}, "workflow_ids"),
        ({"operation": "pause", "workflow_ids": ["x"]}, "workflow_ids.0"),
        ({"operation": "cancel", "workflow_ids": [str(uuid4())], "mode": "stop"}, "mode"),
        ({"operation": "dry_run", "workflow_ids": [str(uuid4())]}, "operation"),
        ({"operation": "pause", "workflow_ids": [str(uuid4())], "ticket": str(uuid4())}, "ticket"),
    ],
)
def test_what_cannot_be_meant__is_a_problem_with_its_field(
    make_runs: MakeRuns, operator_client: Client, body: Any, field: str
) -> None:
    make_runs(1)
    response = post(operator_client, URL, body)
    assert response.status_code == 400, response.content
    assert field in [error["attr"] for error in response.json()["errors"]]
    assert not BulkJob.objects.exists()


def test_job__is_paused_resumed_cancelled_and_done_again(make_runs: MakeRuns, operator_client: Client) -> None:
    make_runs(2)
    made = post(operator_client, URL, {"operation": "pause", "filter": {"status": ["running"]}}).json()
    job = f"{URL}/{made['id']}"
    assert post(operator_client, f"{job}/pause", {"reason": "wait"}).json()["status"] == "paused"
    refused = post(operator_client, f"{job}/pause", {})
    assert (refused.status_code, refused.json()["reason_code"]) == (409, "forbidden_transition")
    assert post(operator_client, f"{job}/resume", {}).json()["status"] == "running"
    assert post(operator_client, f"{job}/cancel", {}).json()["status"] == "cancelled"
    again = post(operator_client, f"{job}/retry-failed", {})
    assert again.status_code == 202
    assert (again.json()["retry_of"], again.json()["counts"]["total"]) == (made["id"], 2)
    assert post(operator_client, f"{job}/dance", {}).status_code == 404
    assert post(operator_client, f"{URL}/{uuid4()}/pause", {}).status_code == 404
    assert operator_client.get(f"{URL}/x/").status_code == 404
    assert operator_client.get(f"{URL}/{uuid4()}/results/").status_code == 404


@pytest.mark.parametrize(
    ("role", "create", "read"), [("viewer", 403, 200), ("operator", 202, 200), ("outsider", 403, 403)]
)
def test_roles(make_runs: MakeRuns, clients: dict[str, Client], role: str, create: int, read: int) -> None:
    make_runs(1)
    body = {"operation": "pause", "filter": {"status": ["running"]}}
    made = post(clients["admin"], URL, body).json()
    answer = post(clients[role], URL, body)
    assert answer.status_code == create
    assert create == 202 or answer.json()["reason_code"] == "permission_denied"
    assert clients[role].get(f"{URL}/").status_code == read
    assert clients[role].get(f"{URL}/{made['id']}/results/").status_code == read
    assert post(clients[role], f"{URL}/{made['id']}/pause", {}).status_code == (200 if create == 202 else 403)


def test_idempotency_key__makes_one_job(make_runs: MakeRuns, operator_client: Client) -> None:
    make_runs(2, RunState.FAILED)
    body = {"operation": "pause", "filter": {"status": ["failed"]}}
    first, second = (post(operator_client, URL, body, idempotency_key="k") for _time in range(2))
    assert first.status_code == second.status_code == 202
    assert first.content == second.content
    job = finished(first.json())
    again = [post(operator_client, f"{URL}/{job.pk}/retry-failed", {}, idempotency_key="again") for _time in range(2)]
    assert again[0].content == again[1].content
    assert BulkJob.objects.count() == 2
    other = post(operator_client, URL, {**body, "dry_run": True}, idempotency_key="k")
    assert other.status_code == 409


def test_job_whose_answer_was_lost__is_found_by_its_key(make_runs: MakeRuns, operator_client: Client) -> None:
    make_runs(1)
    body = {"operation": "pause", "filter": {"status": ["running"]}}
    made = post(operator_client, URL, body, idempotency_key="k").json()
    IdempotencyKey.objects.update(status=None, body="", taken_at="2020-01-01T00:00:00+00:00")
    again = post(operator_client, URL, body, idempotency_key="k")
    assert (again.status_code, again.json()["id"]) == (202, made["id"])
    assert BulkJob.objects.count() == 1
