"""The same act by other ways, to be copied: as a command and as a call of the REST API."""

import json
import shlex
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
    for name, value in request.options.items():
        words += [f"--{name.replace('_', '-')}", value if isinstance(value, str) and name != "output" else _json(value)]
    if request.reason:
        words += ["--reason", request.reason]
    return shlex.join(words)


def as_curl(http: HttpRequest, request: Request) -> str:
    """Write an operation as a call of the REST API; the token comes from the shell's environment."""
    body: dict[str, Any] = {"workflow_id": str(request.workflow_id)}
    if request.step_id:
        body["step_id"] = request.step_id
    if request.reason:
        body["reason"] = request.reason
    url = http.build_absolute_uri(f"{_PATH}{_dashed(request)}")
    words = ["-H", "Content-Type: application/json", "-d", _json({**body, **request.options}), url]
    return f'curl -X POST -H "Authorization: Token $VENOM_TOKEN" {shlex.join(words)}'


def _dashed(request: Request) -> str:
    return request.operation.replace("_", "-")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
