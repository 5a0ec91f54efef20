"""``manage.py workflow`` inside the process, and what it printed."""

import io
import json
from typing import Any, NamedTuple

from django.core.management import CommandError, call_command


class Outcome(NamedTuple):
    """What a command printed, and how it failed."""

    out: str
    code: int = 0
    error: str = ""

    @property
    def data(self) -> Any:
        return json.loads(self.out)


class Terminal(io.StringIO):
    """Takes what is printed as a terminal would."""

    def isatty(self) -> bool:
        return True


def workflow(*arguments: str, user: str | None = "operator", out: io.StringIO | None = None) -> Outcome:
    out = out or io.StringIO()
    acting = ["--as", user] if user else []
    try:
        call_command("workflow", *map(str, arguments), *acting, stdout=out)
    except CommandError as error:
        return Outcome(out.getvalue(), error.returncode, str(error))
    return Outcome(out.getvalue())
