"""Values given as ``name=value`` on the command line, read as the types that an input schema wants."""

import argparse
import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _


def pair(text: str) -> tuple[str, str]:
    """Split ``name=value``; for argparse.

    Raises:
        ArgumentTypeError: there is no ``=``, or nothing before it.
    """
    name, equals, value = text.partition("=")
    if not (name and equals):
        raise argparse.ArgumentTypeError(_("%(text)s should look like name=value") % {"text": repr(text)})
    return name, value


def json_value(text: str) -> Any:
    """Read JSON; for argparse.

    Raises:
        ArgumentTypeError: it is not JSON.
    """
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise argparse.ArgumentTypeError(_("this is not JSON: %(problem)s") % {"problem": error}) from error


def read_input(schema: Mapping[str, Any], pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Make a run's input of ``name=value`` pairs.

    Text stays as it was written; every other type is read as JSON. What is not JSON stays text as well: the check of
    the input then says what is wrong with it, in the words that are used everywhere.
    """
    known = schema.get("properties", {})
    return {name: _value(known.get(name, {}), text) for name, text in pairs}


def _value(schema: Mapping[str, Any], text: str) -> Any:
    if schema.get("type") == "string":
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
