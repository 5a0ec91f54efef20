"""The same start by other ways, to be copied: as a command and as a call of the REST API."""

import json
import shlex
from collections.abc import Collection
from dataclasses import replace
from typing import Any, Final

from django.http import HttpRequest
from django.utils.translation import gettext as _

from workflows.operations.create import NewRun

_PATH: Final = "/api/v1/workflows/"


def without_secrets(asked: NewRun, names: Collection[str]) -> NewRun:
    """Put a word into the place of each value that nobody is to read over a shoulder."""
    hidden = {name: _("(the secret)") for name in names if name in asked.input}
    return replace(asked, input={**asked.input, **hidden}) if hidden else asked


def start_as_command(asked: NewRun) -> str:
    """Write a start as a command of the shell."""
    words = ["python", "manage.py", "workflow", "start", asked.definition]
    if asked.input:
        words += ["--input-json", _json(asked.input)]
    if asked.labels:
        words += ["--label", *(f"{key}={value}" for key, value in asked.labels.items())]
    if asked.priority:
        words.append(f"--priority={asked.priority}")
    if asked.start_key:
        words.append(f"--start-key={asked.start_key}")
    if not asked.start:
        words.append("--no-start")
    return shlex.join(words)


def start_as_curl(http: HttpRequest, asked: NewRun) -> str:
    """Write a start as a call of the REST API; the token comes from the shell's environment."""
    body: dict[str, Any] = {"definition": asked.definition, "input": asked.input}
    body |= {"labels": asked.labels} if asked.labels else {}
    body |= {"priority": asked.priority} if asked.priority else {}
    body |= {"start_key": asked.start_key} if asked.start_key else {}
    body |= {} if asked.start else {"start": False}
    words = ["-H", "Content-Type: application/json", "-d", _json(body), http.build_absolute_uri(_PATH)]
    return f'curl -X POST -H "Authorization: Token $VENOM_TOKEN" {shlex.join(words)}'


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
