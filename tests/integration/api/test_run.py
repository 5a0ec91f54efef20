"""One run: itself, its graph, its files."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.driver import Driver
from workflows.models import Artifact, Workflow
from workflows.states import RunState, allowed_operations

Url = Callable[..., str]
UNKNOWN = "01a20777-2fe0-7603-8fde-cb58540062bc"


def test_finished_run__has_what_the_contract_names(viewer: Client, finished_run: Workflow, run_url: Url) -> None:
    run = viewer.get(run_url(finished_run)).json()
    assert set(run) >= {
        "id", "definition", "version", "status", "phase", "in_flight", "progress", "input", "output", "error", "labels",
        "priority", "generation", "revision", "allowed_operations", "created_by", "created_at", "started_at",
        "paused_at", "settled_at", "finished_at",
    }  # fmt: skip
    assert (run["status"], run["phase"], run["in_flight"]) == ("completed", "settled", 0)
    assert run["progress"] == {"done": 10, "total": 10}
    assert run["output"] == {"count": 3, "stored": ["ONE", "TWO", "THREE"]}
    assert run["allowed_operations"] == allowed_operations(RunState.COMPLETED)
    assert run["deadline_at"] > run["started_at"] >= run["created_at"]
    assert run["finished_at"] == run["settled_at"]


def test_failed_run__says_why(viewer: Client, driver: Driver, run_url: Url) -> None:
    run = viewer.get(run_url(driver.work_off(driver.start("hopeless")))).json()
    assert run["status"] == "failed"
    assert run["error"] == {"step": "give-up", "code": "permanent_error", "message": "no use"}


@pytest.mark.parametrize("workflow_id", [UNKNOWN, "nonsense", "0", "x" * 500, "%00"])
@pytest.mark.parametrize("rest", ["", "steps/", "steps/fetch/", "events/", "logs/", "graph/", "artifacts/x"])
@pytest.mark.django_db
def test_unknown_run__is_a_problem(viewer: Client, run_url: Url, workflow_id: str, rest: str) -> None:
    response = viewer.get(run_url(workflow_id, rest))
    assert response.status_code == 404
    assert response.json()["reason_code"] == "resource_not_found"


class TestGraph:
    def test_graph__shows_states_and_places(self, viewer: Client, finished_run: Workflow, run_url: Url) -> None:
        graph = viewer.get(run_url(finished_run, "graph/")).json()
        nodes = {node["id"]: node for node in graph["nodes"]}
        assert list(nodes) == ["fetch", "split", "store", "report", "notify", "escalate", "is-large"]
        assert nodes["fetch"]["data"]["status"] == "succeeded"
        assert nodes["escalate"]["data"]["status"] == "skipped"
        assert nodes["report"]["data"]["needs"] == ["store"]
        assert {"id": "fetch->split", "source": "fetch", "target": "split"} in graph["edges"]
        assert all(
            nodes[edge["source"]]["position"]["x"] < nodes[edge["target"]]["position"]["x"] for edge in graph["edges"]
        )

    def test_fan_out__is_one_node_with_counts(self, viewer: Client, finished_run: Workflow, run_url: Url) -> None:
        nodes = {node["id"]: node for node in viewer.get(run_url(finished_run, "graph/")).json()["nodes"]}
        assert nodes["store"]["type"] == "map"
        assert nodes["store"]["data"]["progress"] == {"done": 3, "total": 3, "failed": 0, "running": 0}
        assert nodes["fetch"]["data"]["progress"] is None

    def test_graph__of_an_idle_run(self, viewer: Client, post: Callable[..., Any], flows: None, run_url: Url) -> None:
        run = post({"definition": "fan", "start": False}).json()
        nodes = {node["id"]: node["data"] for node in viewer.get(run_url(run["id"], "graph/")).json()["nodes"]}
        assert {name: data["status"] for name, data in nodes.items()} == dict.fromkeys(nodes, "pending")
        assert nodes["double"]["progress"] == {"done": 0, "total": 0, "failed": 0, "running": 0}

    def test_graph__follows_the_plan_that_the_input_shaped(self, viewer: Client, driver: Driver, run_url: Url) -> None:
        graphs = [
            viewer.get(run_url(driver.start("fire-drill", seconds=0.0, steps=steps), "graph/")).json()
            for steps in (1, 3)
        ]
        assert [len(graph["nodes"]) for graph in graphs] == [4, 6]


class TestArtifacts:
    @pytest.fixture
    def stored(self, finished_run: Workflow, run_url: Url) -> Callable[[str, str], str]:
        def store(name: str, content_type: str) -> str:
            Artifact.objects.create(
                workflow=finished_run, name=name, content_type=content_type, size=5, content=b"<b>x\xff"
            )
            return run_url(finished_run, f"artifacts/{name}")

        return store

    @pytest.mark.parametrize(
        ("name", "content_type", "disposition"),
        [
            ("a.html", "text/html; charset=utf-8", "inline"),
            ("a.json", "application/json", "inline"),
            ("a.txt", "text/plain", "inline"),
            ("a.svg", "image/svg+xml", "attachment"),
            ("a.bin", "application/octet-stream", "attachment"),
            ("a.js", "text/javascript", "attachment"),
        ],
    )
    def test_file__comes_as_it_is_and_may_not_act(
        self, viewer: Client, stored: Callable[..., str], name: str, content_type: str, disposition: str
    ) -> None:
        response = viewer.get(stored(name, content_type), headers={"accept": "text/html"})
        assert (response.status_code, response.content) == (200, b"<b>x\xff")
        assert response.headers["content-type"] == content_type
        assert response.headers["content-disposition"] == f'{disposition}; filename="{name}"'
        policy = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
        assert response.headers["content-security-policy"] == policy
        assert response.headers["x-content-type-options"] == "nosniff"

    def test_run__lists_its_files(
        self, viewer: Client, stored: Callable[..., str], finished_run: Workflow, run_url: Url
    ) -> None:
        url = stored("report.html", "text/html")
        assert viewer.get(run_url(finished_run)).json()["artifacts"] == [
            {"name": "report.html", "content_type": "text/html", "size": 5, "url": url}
        ]

    @pytest.mark.parametrize("name", ["nope", "a%00"])
    def test_unknown_file__is_a_problem(self, viewer: Client, finished_run: Workflow, run_url: Url, name: str) -> None:
        response = viewer.get(run_url(finished_run, f"artifacts/{name}"), headers={"accept": "text/html"})
        assert response.status_code == 404
        assert response.headers["content-type"] == "application/problem+json"
