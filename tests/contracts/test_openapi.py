"""The OpenAPI schema: valid, complete, and true of what is answered."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema
from jsonschema import Draft202012Validator

from tests.driver import Driver
from workflows.models import Artifact
from workflows.states import Operation

FILES = ("/artifacts/{name}", "/audit/export", "/events/stream")
"""What is answered with something else than JSON."""
_METHODS = ("get", "post", "delete", "put", "patch")


@pytest.fixture(scope="module")
def schema() -> Any:
    GENERATOR_STATS.reset()
    generated: Any = SchemaGenerator().get_schema(request=None, public=True)
    # As a client gets it, without the types of the library.
    return json.loads(json.dumps(generated, default=str))


def operations(schema: Any) -> Iterator[tuple[str, str, Any]]:
    for path, item in schema["paths"].items():
        for method in _METHODS:
            if method in item:
                yield path, method, item[method]


def assert_fits(schema: Any, path: str, method: str, response: Any) -> None:
    """Check a response against what the schema says of its status."""
    described = schema["paths"][path][method]["responses"][str(response.status_code)]
    content = described["content"][response.headers["content-type"].partition(";")[0]]
    whole = {**content["schema"], "components": schema["components"]}
    Draft202012Validator(whole).validate(response.json())


def test_schema__is_valid_and_made_without_a_warning(schema: Any) -> None:
    validate_schema(schema)
    assert schema["openapi"] == "3.1.0"
    assert not GENERATOR_STATS, "run manage.py spectacular --validate --fail-on-warn to see them"


def test_every_operation__has_a_name_and_words(schema: Any) -> None:
    names = [operation["operationId"] for _path, _method, operation in operations(schema)]
    assert len(names) == len(set(names))
    assert set(names) == {
        "list_definitions", "get_definition", "list_runs", "create_run", "get_run", "get_run_graph", "list_steps",
        "get_step", "list_events", "list_logs", "get_artifact", "create_token", "revoke_token", "explain_run",
        "dry_run_definition", "preview_operation", "operate_by_path", "operate_on_step_by_path",
        "list_bulk_operations", "create_bulk_operation", "get_bulk_operation", "list_bulk_results",
        "steer_bulk_operation", "list_audit_entries", "export_audit_entries",
        "stream_events", "list_changes",
    } | {operation.value for operation in Operation}  # fmt: skip
    assert all(operation["description"] for _path, _method, operation in operations(schema))


def test_every_answer__has_a_named_schema(schema: Any) -> None:
    for path, method, operation in operations(schema):
        for status, answer in operation["responses"].items():
            for kind, content in answer.get("content", {}).items():
                if path.endswith(FILES) and status == "200":
                    continue
                assert "$ref" in content["schema"], (path, method, status)
                if status < "400":
                    assert kind == "application/json"
                elif kind != "application/problem+json":  # an operation that is refused answers as one that is done
                    assert content["schema"]["$ref"].endswith(("/Answer", "/Preview")), (path, method, status)


def test_every_operation__tells_its_problems(schema: Any) -> None:
    for path, method, operation in operations(schema):
        expected = {"400", "405", "503"} | (set() if path.endswith("/token/") else {"401", "403", "429"})
        assert expected <= set(operation["responses"]), (path, method)
        assert ("404" in operation["responses"]) >= ("{" in path)


@pytest.mark.usefixtures("people")
class TestAnswers:
    @pytest.fixture
    def client(self, people: dict[str, User]) -> Client:
        client = Client()
        client.force_login(people["operator"])
        return client

    @pytest.mark.parametrize("definition", ["fetch-and-store", "flaky", "hopeless", "talkative", "careful"])
    def test_reading__fits(self, schema: Any, client: Client, driver: Driver, definition: str) -> None:
        run = driver.work_off(driver.start(definition, **({"url": "x"} if definition == "fetch-and-store" else {})))
        Artifact.objects.create(workflow=run, name="a.html", content_type="text/html", size=1, content=b"x")
        bulk = {"operation": "cancel", "workflow_ids": [str(run.pk)]}
        job = client.post("/api/v1/workflow/operations/bulk", bulk, content_type="application/json").json()
        given = {"workflow_id": str(run.pk), "name": definition, "job_id": job["id"]}
        for path, method, _operation in operations(schema):
            if method != "get" or path.endswith(FILES):
                continue
            for step_id in run.steps.values_list("key", flat=True)[:3] if "{step_id}" in path else [""]:
                response = client.get(path.format(**given, step_id=step_id))
                assert response.status_code == 200, path
                assert_fits(schema, path, method, response)

    def test_creating__fits(self, schema: Any, client: Client, flows: None) -> None:
        for body in (
            {"definition": "fan", "start_key": "k"},
            {"definition": "fan", "start_key": "k"},
            {},
            {"definition": "x"},
        ):
            response = client.post("/api/v1/workflows/", body, content_type="application/json")
            assert_fits(schema, "/api/v1/workflows/", "post", response)

    def test_operating__fits(self, schema: Any, client: Client, driver: Driver) -> None:
        run = str(driver.start("chain-of-ten").pk)
        nobody = Client()
        for operation, body, status in (
            ("dry-run", {"workflow_id": run}, 200),
            ("pause", {"workflow_id": run}, 200),
            ("pause", {"workflow_id": run}, 409),
            ("resume", {"workflow_id": run, "mode": "stop"}, 400),
            ("pause", {"workflow_id": run, "hold_until": "never"}, 409),
            ("resume", {"workflow_id": run}, 200),
            ("pause", {"workflow_id": run, "hold_until": "never"}, 400),
            ("skip-step", {"workflow_id": run, "step_id": "nope"}, 404),
            ("cancel", {"workflow_id": run.replace("0", "1")}, 404),
            ("preview", {"workflow_id": run, "operation": "cancel"}, 200),
            ("preview", {"workflow_id": run, "operation": "resume"}, 200),
            ("preview", {"workflow_id": run, "operation": "fly"}, 400),
            ("preview", {"workflow_id": run.replace("0", "1"), "operation": "cancel"}, 404),
            ("cancel", {"workflow_id": run}, 200),
        ):
            path = f"/api/v1/workflow/operations/{operation}"
            response = client.post(path, body, content_type="application/json")
            assert response.status_code == status, (operation, body, response.content)
            assert_fits(schema, path, "post", response)
            assert_fits(schema, path, "post", nobody.post(path, body, content_type="application/json"))

    def test_tokens__fit(self, schema: Any) -> None:
        for password in ("viewer-secret", "wrong"):
            body = {"username": "viewer", "password": password}
            response = Client().post("/api/v1/auth/token/", body, content_type="application/json")
            assert_fits(schema, "/api/v1/auth/token/", "post", response)

    def test_problems__fit(self, schema: Any, client: Client) -> None:
        run = "/api/v1/workflows/{workflow_id}/"
        assert_fits(schema, run, "get", client.get(run.format(workflow_id="x")))
        assert_fits(schema, run, "get", Client().get(run.format(workflow_id="x")))
        assert_fits(schema, "/api/v1/workflows/", "get", client.get("/api/v1/workflows/?page_size=0"))
