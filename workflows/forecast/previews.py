"""Calls the previews that authors registered, in a process of its own that cannot write to the database."""

import json
import logging
import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Final

from django.db import connection
from django.utils.translation import get_language
from django.utils.translation import gettext as _

logger = logging.getLogger(__name__)

SECONDS_EACH: Final = 3.0
SECONDS_TOGETHER: Final = 10.0
"""For all previews of a dry run, the start of the process included."""

_LOG_TAIL: Final = 2_000


class Outcome(StrEnum):
    """What came of asking for a preview."""

    SHOWN = "shown"
    FAILED = "failed"
    TIMED_OUT = "timed_out"
    NONE = "no_preview"
    ARGUMENTS_UNKNOWN = "arguments_unknown"


@dataclass(frozen=True)
class Call:
    """One preview to be called: of the step that is written at ``task``, with JSON arguments."""

    key: str
    task: str
    arguments: dict[str, Any]


@dataclass(frozen=True)
class Shown:
    """What came of a preview: ``value`` is what it gave, as JSON; ``message`` says what went wrong."""

    outcome: Outcome
    value: Any = None
    message: str = ""


def call_previews(calls: Sequence[Call]) -> dict[str, Shown]:
    """Call these previews and give what came of each by its step's key; none of them can keep the others from it."""
    if not calls:
        return {}
    found = {answer.pop("key"): _shown(answer) for answer in _answers(calls)}
    message = _("there was no time left; all previews have to be done in %(seconds)s s") % {"seconds": SECONDS_TOGETHER}
    late = Shown(Outcome.TIMED_OUT, message=message)
    return {call.key: found.get(call.key, late) for call in calls}


def _answers(calls: Sequence[Call]) -> list[dict[str, Any]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "workflows.forecast.preview_process"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,  # what a preview starts is ended with it
        env={**os.environ, "PYTHONPATH": os.pathsep.join(part for part in sys.path if part)},
    )
    try:
        out, problems = process.communicate(_order(calls), timeout=SECONDS_TOGETHER)
    except subprocess.TimeoutExpired:
        _end(process)
        out, problems = process.communicate()
    finally:
        _end(process)
    if process.returncode:
        logger.warning("The process of the previews ended with %s: %s", process.returncode, problems[-_LOG_TAIL:])
    return [json.loads(line) for line in out.splitlines(keepends=True) if line.endswith("\n")]


def _order(calls: Sequence[Call]) -> str:
    """Write what the process needs to know; the database's address goes by the pipe, where nobody else can read it."""
    return json.dumps(
        {
            "database": {name: value for name, value in connection.settings_dict.items() if name != "TEST"},
            "language": get_language(),
            "seconds_each": SECONDS_EACH,
            "calls": [asdict(call) for call in calls],
        },
        default=str,
    )


def _end(process: subprocess.Popen[str]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, 9)


def _shown(answer: dict[str, Any]) -> Shown:
    return Shown(Outcome(answer["outcome"]), answer.get("value"), answer.get("message", ""))
