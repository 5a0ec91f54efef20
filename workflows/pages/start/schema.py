"""What a JSON Schema of one value asks for, as far as a form can: which kind of field it needs."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

Schema = Mapping[str, Any]

_LONG: Final = 500
"""Texts that may be longer get more than one line."""
_MOST_REFERENCES: Final = 20


class Kind(StrEnum):
    """The kinds of fields."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    SECRET = "secret"  # noqa: S105 (no password)
    EMAIL = "email"
    URL = "url"
    DATE = "date"
    TIME = "time"
    NUMBER = "number"
    YES_NO = "yes_no"
    CHOICE = "choice"
    CHOICES = "choices"
    """Any of a few values, each at most once."""
    LINES = "lines"
    """A list of texts or numbers, one to a line."""
    JSON = "json"
    """Whatever no other kind can express."""


_FORMATS: Final = {
    "password": Kind.SECRET,
    "email": Kind.EMAIL,
    "uri": Kind.URL,
    "date": Kind.DATE,
    "time": Kind.TIME,
}
_LISTED: Final = ("string", "integer", "number")


@dataclass(frozen=True)
class Shape:
    """What a value may be: ``schema`` has no references and no alternative “or nothing” any more."""

    kind: Kind
    schema: Schema
    is_nullable: bool = False
    items: "Shape | None" = None

    @property
    def choices(self) -> list[Any]:
        """The values to choose from."""
        return list(self.schema["enum"]) if "enum" in self.schema else [self.schema["const"]]


def shape_of(schema: Schema, root: Schema) -> Shape:
    """Find out what a schema asks for; ``root`` is the whole in which its references lead."""
    found = _resolved(schema, root)
    found, is_nullable = _without_null(found, root)
    items = shape_of(found["items"], root) if isinstance(found.get("items"), Mapping) else None
    return Shape(_kind(found, items), found, is_nullable, items)


def holds_secret(schema: Any) -> bool:
    """Tell whether a password is written somewhere below a schema, which is searched as it stands."""
    if isinstance(schema, Mapping):
        if schema.get("format") == "password" or schema.get("writeOnly") is True:
            return True
        return any(holds_secret(part) for part in schema.values())
    return isinstance(schema, list) and any(holds_secret(part) for part in schema)


def inlined(schema: Any, root: Schema, depth: int = 0) -> Any:
    """Write a schema with its references replaced by what they lead to; one that leads into itself is left out."""
    if depth > _MOST_REFERENCES:
        return {}
    if isinstance(schema, list):
        return [inlined(part, root, depth + 1) for part in schema]
    if isinstance(schema, Mapping):
        return {name: inlined(part, root, depth + 1) for name, part in _resolved(schema, root).items()}
    return schema


def _resolved(schema: Schema, root: Schema) -> Schema:
    """Follow references, and take a sole ``allOf`` for what it says; what stands beside them wins."""
    for _number in range(_MOST_REFERENCES):
        beside = {name: value for name, value in schema.items() if name not in ("$ref", "allOf")}
        if "$ref" in schema:
            schema = {**_target(schema["$ref"], root), **beside}
        elif len(schema.get("allOf", ())) == 1:
            schema = {**schema["allOf"][0], **beside}
        else:
            return schema
    return {}


def _target(reference: str, root: Schema) -> Schema:
    found: Any = root
    for part in reference.removeprefix("#/").split("/"):
        found = found.get(part, {}) if isinstance(found, Mapping) else {}
    return found if isinstance(found, Mapping) else {}


def _without_null(schema: Schema, root: Schema) -> tuple[Schema, bool]:
    """Take “or nothing” out of a schema, and tell whether it was there."""
    kinds = schema.get("type")
    if isinstance(kinds, list) and "null" in kinds:
        others = [kind for kind in kinds if kind != "null"]
        return {**schema, "type": others[0] if len(others) == 1 else others}, True
    for name in ("anyOf", "oneOf"):
        options = [_resolved(option, root) for option in schema.get(name, ())]
        others = [option for option in options if option.get("type") != "null"]
        if options and len(others) == 1:
            beside = {key: value for key, value in schema.items() if key != name}
            return {**others[0], **beside}, len(options) > len(others)
    return schema, False


def _kind(schema: Schema, items: Shape | None) -> Kind:
    if "enum" in schema or "const" in schema:
        return Kind.CHOICE
    match schema.get("type"):
        case "string":
            is_long = schema.get("maxLength", 0) > _LONG and "format" not in schema
            return _FORMATS.get(schema.get("format", ""), Kind.LONG_TEXT if is_long else Kind.TEXT)
        case "integer" | "number":
            return Kind.NUMBER
        case "boolean":
            return Kind.YES_NO
        case "array" if items and not items.is_nullable:
            return _kind_of_list(schema, items)
    return Kind.JSON


def _kind_of_list(schema: Schema, items: Shape) -> Kind:
    if items.kind is Kind.CHOICE:
        return Kind.CHOICES if schema.get("uniqueItems") else Kind.JSON
    is_plain = items.schema.get("type") in _LISTED and items.kind is not Kind.SECRET
    return Kind.LINES if is_plain else Kind.JSON
