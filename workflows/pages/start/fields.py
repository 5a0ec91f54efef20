"""Fields for the values of a run's input: what is typed becomes JSON, and JSON what is shown to be typed over.

What a value may be is decided in one place, the operation: here a text that is no number stays text, and is refused
there, in the words that are used everywhere.
"""

import json
from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _

from workflows.pages.start.schema import Kind, Shape


class _Absent:
    """No value is given: the workflow's default applies, or it is missed."""


ABSENT: Final = _Absent()


class SchemaField(forms.Field):
    """A field for one value. ``clean`` gives JSON or ``ABSENT``; ``shown`` what the field shows for a value."""

    def __init__(self, shape: Shape, *, is_needed: bool, has_default: bool, **options: Any) -> None:
        self.shape, self.is_needed, self.has_default = shape, is_needed, has_default
        super().__init__(required=False, widget=self.make_widget(), **options)

    def make_widget(self) -> forms.Widget:
        """Give what it is typed into."""
        return forms.TextInput(attrs=_attributes(self.shape))

    def shown(self, value: Any) -> Any:
        """Give what the field shows for a JSON value."""
        return "" if value is None else value if isinstance(value, str) else _json(value)

    def read(self, typed: Any) -> Any:
        """Give the JSON value of what was typed, which is not empty.

        Raises:
            ValidationError: it is none.
        """
        return typed

    def empty(self) -> Any:
        """Give what an empty field means."""
        return None if self.shape.is_nullable else ABSENT

    def clean(self, value: Any) -> Any:
        """See Django."""
        return self.empty() if value in (None, "", []) else self.read(value)


class TextField(SchemaField):
    """A text; one that has a default can be emptied."""

    def make_widget(self) -> forms.Widget:
        """See ``SchemaField``."""
        widgets: dict[Kind, type[forms.Widget]] = {Kind.EMAIL: forms.EmailInput, Kind.URL: forms.URLInput}
        attributes = _attributes(self.shape)
        if self.shape.kind in (Kind.DATE, Kind.TIME):
            return forms.TextInput(attrs={**attributes, "type": self.shape.kind.value})
        if self.shape.kind is Kind.LONG_TEXT:
            return forms.Textarea(attrs={**attributes, "rows": 3})
        return widgets.get(self.shape.kind, forms.TextInput)(attrs=attributes)

    def empty(self) -> Any:
        """See ``SchemaField``."""
        if self.shape.is_nullable or not self.has_default:
            return super().empty()
        return ""


class LongTextField(TextField):
    """A text that has, or may have, more than one line."""

    def make_widget(self) -> forms.Widget:
        """See ``SchemaField``."""
        return forms.Textarea(attrs={**_attributes(self.shape), "rows": 3})

    def read(self, typed: Any) -> Any:
        """Browsers send line ends as networks write them."""
        return typed.replace("\r\n", "\n")


class SecretField(SchemaField):
    """A password: what was typed is never sent back to the browser."""

    def make_widget(self) -> forms.Widget:
        """See ``SchemaField``."""
        return forms.PasswordInput(attrs={**_attributes(self.shape), "autocomplete": "new-password"})


class NumberField(SchemaField):
    """A number, exactly as it is written."""

    def make_widget(self) -> forms.Widget:
        """See ``SchemaField``."""
        step = "1" if self.shape.schema.get("type") == "integer" else "any"
        bounds = {"minimum": "min", "maximum": "max"}
        limits = {html: self.shape.schema[name] for name, html in bounds.items() if name in self.shape.schema}
        return forms.NumberInput(attrs={**_attributes(self.shape), **limits, "step": step})

    def read(self, typed: Any) -> Any:
        """See ``SchemaField``."""
        return _number(typed)


class YesNoField(SchemaField):
    """A box to tick; where nothing, or no answer, is possible too, a choice."""

    @property
    def _is_box(self) -> bool:
        return not self.shape.is_nullable and (self.has_default or self.is_needed)

    def make_widget(self) -> forms.Widget:
        """See ``SchemaField``."""
        if self._is_box:
            return forms.CheckboxInput()
        return forms.Select(choices=[("", "–"), ("true", _("yes")), ("false", _("no"))])

    def shown(self, value: Any) -> Any:
        """See ``SchemaField``."""
        return value is True if self._is_box else super().shown(value)

    def clean(self, value: Any) -> Any:
        """See ``SchemaField``."""
        if self._is_box:
            return bool(value)
        return {"true": True, "false": False}.get(value, self.empty() if value in (None, "") else value)


class ChoiceField(SchemaField):
    """One of a few values; they are sent as JSON, so that 1 and "1" stay two."""

    def make_widget(self) -> forms.Widget:
        """See ``SchemaField``."""
        offered = [(_json(value), _as_label(value)) for value in self.shape.choices]
        may_be_empty = self.shape.is_nullable or not self.has_default
        return forms.Select(choices=[("", "–"), *offered] if may_be_empty else offered)

    def shown(self, value: Any) -> Any:
        """See ``SchemaField``."""
        return "" if value is None and None not in self.shape.choices else _json(value)

    def read(self, typed: Any) -> Any:
        """See ``SchemaField``."""
        return _json_or_text(typed)


class ChoicesField(SchemaField):
    """Any of a few values."""

    def make_widget(self) -> forms.Widget:
        """See ``SchemaField``."""
        items = self.shape.items
        offered = [(_json(value), _as_label(value)) for value in items.choices] if items else []
        return forms.CheckboxSelectMultiple(choices=offered)

    def shown(self, value: Any) -> Any:
        """See ``SchemaField``."""
        return [_json(item) for item in value] if isinstance(value, list) else []

    def read(self, typed: Any) -> Any:
        """See ``SchemaField``."""
        return [_json_or_text(item) for item in typed]

    def empty(self) -> Any:
        """See ``SchemaField``: no box is ticked."""
        return None if self.shape.is_nullable else []


class LinesField(SchemaField):
    """A list with a line for each item; empty lines do not count."""

    def make_widget(self) -> forms.Widget:
        """See ``SchemaField``."""
        return forms.Textarea(attrs={"rows": 4})

    def shown(self, value: Any) -> Any:
        """See ``SchemaField``."""
        items = value if isinstance(value, list) else []
        return "\n".join(item if isinstance(item, str) else _json(item) for item in items)

    def read(self, typed: Any) -> Any:
        """See ``SchemaField``."""
        is_text = self.shape.items is not None and self.shape.items.schema.get("type") == "string"
        lines = [line for line in typed.splitlines() if line.strip()]
        return lines if is_text else [_number(line) for line in lines]

    def empty(self) -> Any:
        """See ``SchemaField``: a list without items."""
        return None if self.shape.is_nullable else [] if self.has_default else ABSENT


class JsonField(SchemaField):
    """Any value, written as JSON."""

    def make_widget(self) -> forms.Widget:
        """See ``SchemaField``."""
        return forms.Textarea(attrs={"rows": 5, "class": "json", "spellcheck": "false", "autocomplete": "off"})

    def shown(self, value: Any) -> Any:
        """See ``SchemaField``."""
        return "" if value is None else json.dumps(value, indent=2, ensure_ascii=False)

    def read(self, typed: Any) -> Any:
        """See ``SchemaField``."""
        try:
            return json.loads(typed, parse_constant=_refuse_constant)
        except (ValueError, RecursionError) as error:
            raise forms.ValidationError(_("this is not JSON: %(problem)s") % {"problem": error}) from error


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


def _attributes(shape: Shape) -> dict[str, Any]:
    names = {"minLength": "minlength", "maxLength": "maxlength"}
    found = {html: shape.schema[name] for name, html in names.items() if name in shape.schema}
    return {**found, "autocomplete": "off"}


def _number(typed: str) -> Any:
    value = _json_or_text(typed.strip())
    return value if isinstance(value, int | float) and not isinstance(value, bool) else typed


def _json_or_text(typed: str) -> Any:
    try:
        return json.loads(typed, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        return typed


def _refuse_constant(name: str) -> Any:
    raise ValueError(_("%(name)s is no number of JSON") % {"name": name})


def _as_label(value: Any) -> str:
    return value if isinstance(value, str) and value else _json(value)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
