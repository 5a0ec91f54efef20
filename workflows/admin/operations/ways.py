"""The same act by other ways, to be copied: as a command and as a call of the REST API."""

import json
import shlex
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from workflows.operations.request import Request
from workflows.states import Operation

_PATH = "/api/v1/workflow/operations/"


def as_command(request: Request) -> str:
    """Write an operation as a command of the shell."""
    name = "start-run" if request.operation is Operation.START else _dashed(request)
    words = ["python", "manage.py", "workflow", name, str(request.workflow_id)]
    if request.step_id:
        words += ["--step", request.step_id]
    return shlex.join([*words, *words_of_options(request.options, request.reason)])


def words_of_options(options: Mapping[str, Any], reason: str) -> list[str]:
    """Write options and a reason as the words of a command."""
    words = []
    for name, value in options.items():
        words += [f"--{name.replace('_', '-')}", value if isinstance(value, str) and name != "output" else _json(value)]
    return [*words, "--reason", reason] if reason else words


def as_curl(http: HttpRequest, request: Request) -> str:
    """Write an operation as a call of the REST API; the token comes from the shell's environment."""
    body: dict[str, Any] = {"workflow_id": str(request.workflow_id)}
    if request.step_id:
        body["step_id"] = request.step_id
    if request.reason:
        body["reason"] = request.reason
    return curl_of(http, _dashed(request), {**body, **request.options})


def curl_of(http: HttpRequest, name: str, body: Mapping[str, Any]) -> str:
    """Write a call of one of the operations of the REST API."""
    url = http.build_absolute_uri(f"{_PATH}{name}")
    words = ["-H", "Content-Type: application/json", "-d", _json(body), url]
    return f'curl -X POST -H "Authorization: Token $VENOM_TOKEN" {shlex.join(words)}'


def _dashed(request: Request) -> str:
    return request.operation.replace("_", "-")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
