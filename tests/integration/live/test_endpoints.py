"""The endpoints, asked through a server that cannot wait: streams end after what there is."""

import json
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.integration.live.conftest import Tell
from workflows.live import views
from workflows.live.open_streams import OpenStreams
from workflows.models import Workflow

STREAM = "/api/v1/events/stream"
CHANGES = "/api/v1/events/changes"


def read(response: Any) -> list[dict[str, str]]:
    """The blocks of a stream."""
    blocks = b"".join(response.streaming_content).decode().split("\n\n")
    return [dict(line.split(": ", 1) for line in block.splitlines()) for block in blocks if block]


def test_stream__gives_what_happened_after(viewer: Client, run: Workflow, tell: Tell) -> None:
    tell(run, 5)
    response = viewer.get(STREAM, {"workflow": run.pk, "after": 4})
    assert response.status_code == 200
    assert response["Content-Type"] == "text/event-stream"
    assert response["Cache-Control"] == "no-cache, no-transform"
    assert response["X-Accel-Buffering"] == "no"
    first, *events = read(response)
    assert first == {"retry": "2000"}
    assert [(event["id"], event["event"]) for event in events] == [("5", "run_event"), ("6", "run_event")]
    listed = viewer.get(f"/api/v1/workflows/{run.pk}/events/?after=4").json()["results"]
    assert [json.loads(event["data"]) for event in events] == [{"workflow": str(run.pk), **row} for row in listed]


def test_stream__last_event_id_goes_before_after(viewer: Client, run: Workflow, tell: Tell) -> None:
    tell(run, 5)
    response = viewer.get(STREAM, {"workflow": run.pk, "after": 1}, headers={"Last-Event-ID": "5"})
    assert [block["id"] for block in read(response)[1:]] == ["6"]


def test_stream__long_history_comes_whole(viewer: Client, run: Workflow, tell: Tell) -> None:
    tell(run, 1_200)
    ids = [int(block["id"]) for block in read(viewer.get(STREAM, {"workflow": run.pk}))[1:]]
    assert ids == list(range(1, 1_202))


@pytest.mark.parametrize("path", [STREAM, f"{STREAM}/", CHANGES, f"{CHANGES}/"])
def test_both_forms_of_the_address__answer(viewer: Client, run: Workflow, path: str) -> None:
    response = viewer.get(path)
    assert response.status_code == 200
    response.close()


@pytest.mark.parametrize("path", [STREAM, CHANGES])
def test_access__takes_a_login_and_the_permission(path: str, people: dict[str, User]) -> None:
    outsider = Client()
    outsider.force_login(User.objects.create_user("outsider"))
    assert Client().get(path).status_code == 401
    assert outsider.get(path).status_code == 403


@pytest.mark.parametrize("unknown", ["nonsense", "00000000-0000-7000-8000-000000000000"])
def test_unknown_run__is_not_found(viewer: Client, unknown: str) -> None:
    assert viewer.get(STREAM, {"workflow": unknown}).status_code == 404


@pytest.mark.parametrize("query", [{"after": "x"}, {"after": -1}, {"after": 2**63}, {"color": "red"}])
def test_bad_query__is_refused(viewer: Client, query: dict[str, Any]) -> None:
    assert viewer.get(STREAM, query).status_code == 400
    assert viewer.get(CHANGES, query).status_code == 400


@pytest.mark.parametrize("header", ["x", "-1", str(2**63), "²"])
def test_bad_last_event_id__is_refused(viewer: Client, run: Workflow, header: str) -> None:
    response = viewer.get(STREAM, {"workflow": run.pk}, headers={"Last-Event-ID": header})
    assert response.status_code == 400


def test_full_process__says_when_to_come_again(viewer: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    full = OpenStreams()
    full.close_all()
    monkeypatch.setattr(views, "open_streams", full)
    viewer.raise_request_exception = False
    response = viewer.get(STREAM)
    assert response.status_code == 503
    assert response["Retry-After"] == "15"
    assert response.json()["reason_code"] == "service_unavailable"


def test_changes__name_each_run_once_with_its_state(viewer: Client, run: Workflow, tell: Tell) -> None:
    token = viewer.get(CHANGES).json()["token"]
    tell(run)
    tell(run)
    answer = viewer.get(CHANGES, {"after": token}).json()
    assert answer["runs"] == [{"workflow": str(run.pk), "status": "idle"}]
    assert answer["reset"] is False
    assert read(viewer.get(STREAM, {"after": token}))[1]["event"] == "changed"


def test_token_of_another_database__reads_anew(viewer: Client, run: Workflow) -> None:
    answer = viewer.get(CHANGES, {"after": 10**9}).json()
    assert answer["reset"] is True
    assert answer["token"] < 10**9
    assert read(viewer.get(STREAM, {"after": 10**9}))[1]["event"] == "reset"
