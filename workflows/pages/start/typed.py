"""What is typed, and the JSON values that it stands for."""

import json
from typing import Any

from django.utils.translation import gettext as _


def number(typed: str) -> Any:
    """Give the number that was typed; the text where it is none."""
    value = json_or_text(typed.strip())
    return value if isinstance(value, int | float) and not isinstance(value, bool) else typed


def json_or_text(typed: str) -> Any:
    """Give the JSON value that was typed; the text where it is none."""
    try:
        return json.loads(typed, parse_constant=refuse_constant)
    except (ValueError, RecursionError):
        return typed


def refuse_constant(name: str) -> Any:
    """Refuse NaN and the infinities, which Python would read.

    Raises:
        ValueError: always.
    """
    raise ValueError(_("%(name)s is no number of JSON") % {"name": name})


def as_label(value: Any) -> str:
    """Write a value for people."""
    return value if isinstance(value, str) and value else as_json(value)


def as_json(value: Any) -> str:
    """Write a value as JSON, in one line."""
    return json.dumps(value, ensure_ascii=False)
