"""The fields of a start form: one for each JSON schema, what is typed and what is sent."""

from typing import Any

import pytest

from workflows.models import Definition
from workflows.pages.start.form import StartForm
from workflows.pages.start.schema import Kind, shape_of

ABSENT = object()
NULL = {"type": "null"}
COLOUR = {"$defs": {"Colour": {"enum": ["red", "green"], "title": "Colour", "type": "string"}}}


def definition_with(schema: dict[str, Any], needed: bool = False) -> Definition:
    whole = {"type": "object", "properties": {"x": schema}, "additionalProperties": False, **COLOUR}
    return Definition(name="made-up", title="Made up", input_schema=whole | ({"required": ["x"]} if needed else {}))


def read(schema: dict[str, Any], typed: Any, *, needed: bool = False) -> Any:
    """What is sent for what was typed; ``None`` stands for a field that the browser leaves out."""
    form = StartForm(definition_with(schema, needed), {} if typed is None else {"input.x": typed})
    assert form.is_valid(), form.errors
    return form.asked().input.get("x", ABSENT)


# Each JSON-schema type: the kind of field, what is typed, and the value that is sent.
TYPES: list[tuple[dict[str, Any], Kind, Any, Any]] = [
    ({"type": "string"}, Kind.TEXT, "a b", "a b"),
    ({"type": "string"}, Kind.TEXT, " 1 ", " 1 "),
    ({"type": "string"}, Kind.TEXT, "", ABSENT),
    ({"type": "string", "default": "abc"}, Kind.TEXT, "", ""),
    ({"type": "string", "maxLength": 4000}, Kind.LONG_TEXT, "a\r\nb", "a\nb"),
    ({"type": "string", "format": "password"}, Kind.SECRET, "pw", "pw"),
    ({"type": "string", "format": "email"}, Kind.EMAIL, "a@b", "a@b"),
    ({"type": "string", "format": "uri"}, Kind.URL, "http://x", "http://x"),
    ({"type": "string", "format": "date"}, Kind.DATE, "2026-11-23", "2026-11-23"),
    ({"type": "string", "format": "time"}, Kind.TIME, "09:05", "09:05"),
    ({"type": "string", "format": "date-time"}, Kind.TEXT, "2026-11-23T09:05:00Z", "2026-11-23T09:05:00Z"),
    ({"type": "integer"}, Kind.NUMBER, "12", 12),
    ({"type": "integer"}, Kind.NUMBER, "123456789012345678901234567890", 123456789012345678901234567890),
    ({"type": "integer"}, Kind.NUMBER, "twelve", "twelve"),
    ({"type": "integer", "default": 5}, Kind.NUMBER, "", ABSENT),
    ({"type": "number"}, Kind.NUMBER, "0.5", 0.5),
    ({"type": "number"}, Kind.NUMBER, "NaN", "NaN"),
    ({"type": "number"}, Kind.NUMBER, "true", "true"),
    ({"type": "boolean", "default": True}, Kind.YES_NO, None, False),
    ({"type": "boolean", "default": False}, Kind.YES_NO, "on", True),
    ({"type": "boolean"}, Kind.YES_NO, "", ABSENT),
    ({"anyOf": [{"type": "boolean"}, NULL]}, Kind.YES_NO, "", None),
    ({"anyOf": [{"type": "boolean"}, NULL]}, Kind.YES_NO, "false", False),
    ({"enum": ["a", "b"]}, Kind.CHOICE, '"b"', "b"),
    ({"enum": [1, "1", None]}, Kind.CHOICE, "1", 1),
    ({"enum": [1, "1", None]}, Kind.CHOICE, '"1"', "1"),
    ({"enum": [1, "1", None]}, Kind.CHOICE, "null", None),
    ({"const": "only"}, Kind.CHOICE, '"only"', "only"),
    ({"$ref": "#/$defs/Colour"}, Kind.CHOICE, '"red"', "red"),
    ({"allOf": [{"$ref": "#/$defs/Colour"}], "default": "red"}, Kind.CHOICE, '"green"', "green"),
    ({"anyOf": [{"$ref": "#/$defs/Colour"}, NULL]}, Kind.CHOICE, "", None),
    ({"anyOf": [{"type": "string"}, NULL], "default": None}, Kind.TEXT, "", None),
    ({"anyOf": [{"type": "string"}, NULL], "default": None}, Kind.TEXT, "x", "x"),
    ({"type": ["integer", "null"]}, Kind.NUMBER, "", None),
    ({"type": ["integer", "null"]}, Kind.NUMBER, "3", 3),
    ({"oneOf": [{"type": "integer"}, NULL]}, Kind.NUMBER, "3", 3),
    ({"anyOf": [{"type": "integer"}, {"type": "string"}]}, Kind.JSON, '"3"', "3"),
    ({"type": "array", "items": {"type": "string"}}, Kind.LINES, "a\r\n\r\n b", ["a", " b"]),
    ({"type": "array", "items": {"type": "string"}, "default": ["a"]}, Kind.LINES, "", []),
    ({"type": "array", "items": {"type": "integer"}}, Kind.LINES, "1\n2", [1, 2]),
    ({"type": "array", "items": {"type": "integer"}}, Kind.LINES, "1\ntwo", [1, "two"]),
    ({"type": "array", "items": {"enum": ["a", 1]}, "uniqueItems": True}, Kind.CHOICES, ['"a"', "1"], ["a", 1]),
    ({"type": "array", "items": {"enum": ["a", 1]}, "uniqueItems": True}, Kind.CHOICES, [], []),
    ({"type": "array", "items": {"type": "object"}}, Kind.JSON, '[{"a": 1}]', [{"a": 1}]),
    ({"type": "array"}, Kind.JSON, "[]", []),
    ({"type": "object", "properties": {"a": {"type": "integer"}}}, Kind.JSON, '{"a": 1}', {"a": 1}),
    ({}, Kind.JSON, "null", None),
    ({}, Kind.JSON, "", ABSENT),
]


@pytest.mark.parametrize(("schema", "kind", "typed", "sent"), TYPES)
def test_field__of_each_schema_type(schema: dict[str, Any], kind: Kind, typed: Any, sent: Any) -> None:
    assert shape_of(schema, COLOUR).kind is kind
    found = read(schema, typed)
    assert (found, type(found)) == (sent, type(sent))


@pytest.mark.parametrize("text", ["{", "NaN", "[1,]", "[" * 5000])
def test_field__refuses_what_is_no_json(text: str) -> None:
    form = StartForm(definition_with({"type": "object"}), {"input.x": text})
    assert not form.is_valid()
    assert "this is not JSON" in str(form.errors["input.x"])


@pytest.mark.parametrize(("schema", "value"), [
    ({"type": "string"}, "two\nlines"),
    ({"type": "array", "items": {"type": "string"}}, ["one", "with\nend", ""]),
    ({"type": "array", "items": {"type": "string"}}, ["one", " two"]),
    ({"type": "integer"}, 123456789012345678901234567890),
    ({"type": "number"}, 1e-9),
    ({"type": "boolean"}, True),
    ({"anyOf": [{"type": "boolean"}, NULL]}, None),
    ({"enum": [1, "1"]}, "1"),
    ({"type": "array", "items": {"enum": ["a", "b"]}, "uniqueItems": True}, ["b", "a"]),
    ({"type": "object"}, {"ż": [1, {"a": None}]}),
])  # fmt: skip
def test_field__gives_back_what_it_is_filled_in_with(schema: dict[str, Any], value: Any) -> None:
    definition = definition_with(schema)
    shown = StartForm(definition, like={"x": value})
    field = shown["input.x"]
    typed = field.initial if field.initial is not False else None
    again = StartForm(
        definition, {"input.x": typed.replace("\n", "\r\n") if isinstance(typed, str) else typed}, {"x": value}
    )
    assert again.is_valid(), again.errors
    assert again.asked().input == {"x": value}


def test_form__needed_text_that_is_empty_is_left_out() -> None:
    assert read({"type": "string"}, "", needed=True) is ABSENT
    assert read({"type": "boolean"}, None, needed=True) is False


def test_form__schema_that_it_cannot_express_is_one_text() -> None:
    definition = Definition(name="made-up", title="Made up", input_schema={"type": "object"})
    form = StartForm(definition, {"input": '{"a": [1]}'})
    assert form.is_valid()
    assert form.asked().input == {"a": [1]}


def test_form__recursive_schema_ends() -> None:
    tree = {"$ref": "#/$defs/Tree"}
    root = {"$defs": {"Tree": {"type": "object", "properties": {"below": tree}}, "Loop": {"$ref": "#/$defs/Loop"}}}
    assert shape_of(tree, root).kind is Kind.JSON
    assert shape_of({"$ref": "#/$defs/Loop"}, root).kind is Kind.JSON
    definition = Definition(name="t", title="T", input_schema={"properties": {"x": tree}, **root})
    assert StartForm(definition, like={"x": {"below": {}}}).initial["input.x"] == '{\n  "below": {}\n}'


@pytest.mark.parametrize("line", ["no colon"])
def test_labels__without_colon_are_refused_at_their_field(line: str) -> None:
    form = StartForm(definition_with({}), {"labels": line})
    assert not form.is_valid()
    assert "no colon" in str(form.errors["labels"])


def test_form__nul_reaches_no_database() -> None:
    form = StartForm(definition_with({"type": "string"}), {"start_key": "a\0b"})
    assert not form.is_valid()
    assert list(form.errors) == ["start_key"]
