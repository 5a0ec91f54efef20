"""Checking what a run is asked to work on: the definition's JSON Schema, then the author's own check."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from workflows.authoring.errors import InputRefused
from workflows.models import Definition
from workflows.operations.errors import Refused
from workflows.registry import find_workflow
from workflows.states import ReasonCode
from workflows.values import NotJson, TooLarge, encode, to_json

_TYPES = {
    "string": gettext_lazy("a text"),
    "integer": gettext_lazy("a whole number"),
    "number": gettext_lazy("a number"),
    "boolean": gettext_lazy("true or false"),
    "array": gettext_lazy("a list"),
    "object": gettext_lazy("an object"),
    "null": gettext_lazy("nothing"),
}


def checked_input(definition: Definition, given: Any) -> dict[str, Any]:
    """Give the complete input of a run: what was given, checked, with the defaults filled in.

    Raises:
        Refused: it does not fit; ``fields`` says field by field (``input.url``) what is wrong.
    """
    if not isinstance(given, Mapping):
        raise _refused({"": [_("the input is an object with a value for each parameter")]})
    problems: dict[str, list[str]] = {}
    for error in Draft202012Validator(definition.input_schema).iter_errors(given):
        for field, problem in _problems(error):
            problems.setdefault(field, []).append(problem)
    if problems:
        raise _refused(problems)
    complete = _with_defaults(definition.input_schema, given)
    _check_size(complete)
    _ask_author(definition, complete)
    return complete


def _with_defaults(schema: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    defaults = {name: item["default"] for name, item in schema.get("properties", {}).items() if "default" in item}
    return {**defaults, **given}


def _check_size(value: dict[str, Any]) -> None:
    for name, part in value.items():
        try:
            to_json(part, name)
        except NotJson as error:
            raise _refused({name: [str(error)]}) from error
    try:
        encode(value)
    except TooLarge as error:
        raise _refused({"": [str(error)]}) from error


def _ask_author(definition: Definition, value: dict[str, Any]) -> None:
    flow = find_workflow(definition.source)
    if flow is None or flow.check is None:
        return
    try:
        flow.check(**value)
    except InputRefused as error:
        raise _refused({error.field: [error.message]}) from error


def _problems(error: ValidationError) -> list[tuple[str, str]]:
    """Say in words what is wrong, by the path of the field that it is wrong with."""
    path = ".".join(str(part) for part in error.absolute_path)
    if error.validator == "required":
        missing = [name for name in error.validator_value if name not in error.instance]
        return [(_join(path, name), _("this field is required")) for name in missing[:1]]
    if error.validator == "additionalProperties":
        known = error.schema.get("properties", {})
        remedy = _("there is no such field; there are: %(names)s") % {"names": ", ".join(known) or "–"}
        return [(_join(path, name), remedy) for name in error.instance if name not in known]
    return [(path, _problem(error))]


def _problem(error: ValidationError) -> str:
    limit = error.validator_value
    if error.validator == "type":
        return _("this should be %(type)s") % {"type": _type_in_words(limit)}
    if error.validator in ("enum", "const"):
        return _("this should be one of %(values)s") % {"values": limit}
    if error.validator in ("minimum", "exclusiveMinimum", "minLength", "minItems"):
        return _("this is too small; the limit is %(limit)s") % {"limit": limit}
    if error.validator in ("maximum", "exclusiveMaximum", "maxLength", "maxItems"):
        return _("this is too large; the limit is %(limit)s") % {"limit": limit}
    return _("this does not fit the schema: %(rule)s %(value)s") % {"rule": error.validator, "value": limit}


def _type_in_words(names: str | list[str]) -> str:
    return " / ".join(str(_TYPES.get(name, name)) for name in ([names] if isinstance(names, str) else names))


def _join(path: str, name: str) -> str:
    return ".".join(part for part in (path, name) if part)


def _refused(fields: dict[str, list[str]]) -> Refused:
    named = {_join("input", field): texts for field, texts in fields.items()}
    return Refused(ReasonCode.INVALID_CONFIGURATION, _("the input does not fit the workflow"), named)
