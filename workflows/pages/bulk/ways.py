"""A bulk operation by other ways, to be copied: as a command and as a call of the REST API."""

import shlex
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from workflows.admin.operations.ways import curl_of, words_of_options
from workflows.pages.runs.query import PARTS, RunQuery
from workflows.states import Operation

MOST_NAMED = 100
"""Ids that a command names; of more it would fill the page."""


def as_command(operation: Operation, which: RunQuery | Sequence[UUID], options: Mapping[str, Any], reason: str) -> str:
    """Write it as a command of the shell."""
    words = ["python", "manage.py", "workflow", "bulk", operation.replace("_", "-")]
    if isinstance(which, RunQuery):
        words += ["--filter", *(f"{name}={value}" for name, value in which.pairs)]
    else:
        words += ["--ids", *map(str, which)]
    return shlex.join([*words, *words_of_options(options, reason)])


def as_curl(
    http: HttpRequest,
    operation: Operation,
    which: RunQuery | Sequence[UUID],
    options: Mapping[str, Any],
    reason: str,
) -> str:
    """Write it as a call of the REST API."""
    body: dict[str, Any] = {"operation": operation.value}
    if isinstance(which, RunQuery):
        body["filter"] = _as_object(which)
    else:
        body["workflow_ids"] = [str(key) for key in which]
    return curl_of(http, "bulk", {**body, **({"reason": reason} if reason else {}), **options})


def _as_object(query: RunQuery) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in query.pairs:
        found[name] = [*found.get(name, ()), value] if PARTS[name].is_many else value
    return found
