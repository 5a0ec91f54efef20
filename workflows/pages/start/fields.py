"""Fields for the values of a run's input: what is typed becomes JSON, and JSON what is shown to be typed over.

What a value may be is decided in one place, the operation: here a text that is no number stays text, and is refused
there, in the words that are used everywhere.
"""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _

from workflows.pages.start.schema import Kind, Shape
from workflows.pages.start.typed import as_json, number


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
        return "" if value is None else value if isinstance(value, str) else as_json(value)

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
        return number(typed)


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


def _attributes(shape: Shape) -> dict[str, Any]:
    names = {"minLength": "minlength", "maxLength": "maxlength"}
    found = {html: shape.schema[name] for name, html in names.items() if name in shape.schema}
    return {**found, "autocomplete": "off"}
