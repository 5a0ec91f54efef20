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
    (content,) = described["content"].items()
    assert response.headers["content-type"].partition(";")[0] == content[0]
    whole = {**content[1]["schema"], "components": schema["components"]}
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
        "get_step", "list_events", "list_logs", "get_artifact", "create_token", "revoke_token",
    }  # fmt: skip
    assert all(operation["description"] for _path, _method, operation in operations(schema))


def test_every_answer__has_a_named_schema(schema: Any) -> None:
    for path, method, operation in operations(schema):
        for status, answer in operation["responses"].items():
            for kind, content in answer.get("content", {}).items():
                if path.endswith("/artifacts/{name}") and status == "200":
                    continue
                assert "$ref" in content["schema"], (path, method, status)
                assert kind == ("application/problem+json" if status >= "400" else "application/json")


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
        given = {"workflow_id": str(run.pk), "name": definition}
        for path, method, _operation in operations(schema):
            if method != "get" or path.endswith("/artifacts/{name}"):
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
