"""Which field a value is typed into."""

from collections.abc import Sequence
from typing import Any, Final

from workflows.pages.start.fields import LongTextField, NumberField, SchemaField, SecretField, TextField, YesNoField
from workflows.pages.start.fields_of_many import ChoiceField, ChoicesField, JsonField, LinesField
from workflows.pages.start.schema import Kind, Shape

_FIELDS: Final[dict[Kind, type[SchemaField]]] = {
    Kind.LONG_TEXT: LongTextField,
    Kind.SECRET: SecretField,
    Kind.NUMBER: NumberField,
    Kind.YES_NO: YesNoField,
    Kind.CHOICE: ChoiceField,
    Kind.CHOICES: ChoicesField,
    Kind.LINES: LinesField,
    Kind.JSON: JsonField,
}


def field_class(shape: Shape, value: Any) -> type[SchemaField]:
    """Give the field for a shape, in which also the value that it is to begin with can be written."""
    if shape.kind is Kind.LINES and _has_line_ends(value):
        return JsonField
    if shape.kind is Kind.TEXT and isinstance(value, str) and "\n" in value:
        return LongTextField
    return _FIELDS.get(shape.kind, TextField)


def _has_line_ends(value: Any) -> bool:
    texts: Sequence[Any] = value if isinstance(value, list) else ()
    return any(isinstance(item, str) and (len(item.splitlines()) != 1 or not item.strip()) for item in texts)
