"""Fields for a value out of many, for many values, and for whatever JSON can say."""

import json
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from workflows.pages.start.fields import ABSENT, SchemaField
from workflows.pages.start.typed import as_json, as_label, json_or_text, number, refuse_constant


class ChoiceField(SchemaField):
    """One of a few values; they are sent as JSON, so that 1 and "1" stay two."""

    def make_widget(self) -> forms.Widget:
        """See ``SchemaField``."""
        offered = [(as_json(value), as_label(value)) for value in self.shape.choices]
        may_be_empty = self.shape.is_nullable or not self.has_default
        return forms.Select(choices=[("", "–"), *offered] if may_be_empty else offered)

    def shown(self, value: Any) -> Any:
        """See ``SchemaField``."""
        return "" if value is None and None not in self.shape.choices else as_json(value)

    def read(self, typed: Any) -> Any:
        """See ``SchemaField``."""
        return json_or_text(typed)


class ChoicesField(SchemaField):
    """Any of a few values."""

    def make_widget(self) -> forms.Widget:
        """See ``SchemaField``."""
        items = self.shape.items
        offered = [(as_json(value), as_label(value)) for value in items.choices] if items else []
        return forms.CheckboxSelectMultiple(choices=offered)

    def shown(self, value: Any) -> Any:
        """See ``SchemaField``."""
        return [as_json(item) for item in value] if isinstance(value, list) else []

    def read(self, typed: Any) -> Any:
        """See ``SchemaField``."""
        return [json_or_text(item) for item in typed]

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
        return "\n".join(item if isinstance(item, str) else as_json(item) for item in items)

    def read(self, typed: Any) -> Any:
        """See ``SchemaField``."""
        is_text = self.shape.items is not None and self.shape.items.schema.get("type") == "string"
        lines = [line for line in typed.splitlines() if line.strip()]
        return lines if is_text else [number(line) for line in lines]

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
            return json.loads(typed, parse_constant=refuse_constant)
        except (ValueError, RecursionError) as error:
            raise forms.ValidationError(_("this is not JSON: %(problem)s") % {"problem": error}) from error
