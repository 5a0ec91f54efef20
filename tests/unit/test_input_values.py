"""Values given as ``name=value`` on the command line."""

import argparse
from typing import Any

import pytest

from workflows.management.input_values import json_value, pair, read_input

_SCHEMA = {
    "properties": {
        "text": {"type": "string"},
        "count": {"type": "integer"},
        "share": {"type": "number"},
        "sure": {"type": "boolean"},
        "names": {"type": "array", "items": {"type": "string"}},
        "size": {"$ref": "#/$defs/Size"},
        "either": {"anyOf": [{"type": "integer"}, {"type": "string"}]},
        "anything": {},
    }
}


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("text", "5", "5"),
        ("text", '"quoted"', '"quoted"'),
        ("text", "a=b", "a=b"),
        ("text", "", ""),
        ("count", "5", 5),
        ("count", "five", "five"),
        ("share", "0.5", 0.5),
        ("sure", "true", True),
        ("sure", "yes", "yes"),
        ("names", '["a", "b"]', ["a", "b"]),
        ("size", '{"width": 2}', {"width": 2}),
        ("either", "5", 5),
        ("either", "five", "five"),
        ("anything", "null", None),
        ("anything", "word", "word"),
        ("unknown", "1", 1),
    ],
)
def test_input__is_read_as_the_schema_wants_it(name: str, text: str, value: Any) -> None:
    assert read_input(_SCHEMA, [(name, text)]) == {name: value}


def test_pair__splits_at_the_first_equals_sign() -> None:
    assert pair("url=http://x/?a=b") == ("url", "http://x/?a=b")


@pytest.mark.parametrize("text", ["count", "=5", ""])
def test_pair__refuses_what_has_no_name_or_no_value(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="name=value"):
        pair(text)


@pytest.mark.parametrize("text", ["{", "", "[" * 100_000])
def test_json__refuses_what_is_none(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="not JSON"):
        json_value(text)
