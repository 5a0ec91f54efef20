"""The form that a workflow is started with: its input, field by field, and what every run can be given."""

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _

from workflows.models import Definition
from workflows.operations.create import NewRun
from workflows.operations.errors import Refused
from workflows.pages.start.field_for import field_class
from workflows.pages.start.fields import ABSENT
from workflows.pages.start.fields_of_many import JsonField
from workflows.pages.start.schema import Kind, Shape, holds_secret, inlined, shape_of

INPUT: Final = "input"
"""Fields of the input are named as refusals name them: ``input.url``."""


class StartForm(forms.Form):
    """What a new run of a definition is asked for with.

    ``like`` is the input, ``labels`` and ``priority`` are those of a run that the new one is to resemble.
    """

    labels = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 2}))
    priority = forms.IntegerField(required=False)
    start_key = forms.CharField(required=False, strip=False)
    reason = forms.CharField(required=False)
    only_create = forms.BooleanField(required=False)

    def __init__(
        self,
        definition: Definition,
        data: Any = None,
        like: Mapping[str, Any] | None = None,
        labels: Mapping[str, str] | None = None,
        priority: int = 0,
    ) -> None:
        super().__init__(data)
        self.definition = definition
        self.prefilled: dict[str, Any] = {}
        self.left_out: list[str] = []
        self.secrets: set[str] = set()
        self._name_fields()
        self._add_input(definition.input_schema, like or {})
        self._begin_with(labels or {}, priority)

    @property
    def input_fields(self) -> list[Any]:
        """The fields of the input, bound, in the order of the schema."""
        return [self[name] for name in self.fields if name.partition(".")[0] == INPUT]

    def asked(self) -> NewRun:
        """Give what is asked for; the form is valid."""
        given = self.cleaned_data
        return NewRun(
            self.definition.name,
            input=self._input(),
            labels=given["labels"],
            priority=given["priority"] or 0,
            start=not given["only_create"],
            start_key=given["start_key"] or None,
        )

    def asked_at_first(self) -> NewRun:
        """Give what would be asked for if nothing were changed."""
        labels, priority = self.initial.get("labels", ""), self.initial.get("priority", 0)
        return NewRun(self.definition.name, input=self.prefilled, labels=_read_labels(labels), priority=priority)

    def refuse(self, refusal: Refused) -> None:
        """Say at the fields what the operation has said about them; the rest above the form."""
        if not refusal.fields:
            self.add_error(None, refusal.message)
        for path, texts in refusal.fields.items():
            name, rest = self._field_of(path)
            for text in texts:
                self.add_error(name, f"{rest}: {text}" if rest else text)

    def clean_labels(self) -> dict[str, str]:
        """Read ``key: value`` line by line.

        Raises:
            ValidationError: a line has no colon.
        """
        return _read_labels(self.cleaned_data["labels"])

    def _input(self) -> Any:
        if INPUT in self.fields:
            return {} if (value := self.cleaned_data[INPUT]) is ABSENT else value
        values = {name.partition(".")[2]: value for name, value in self.cleaned_data.items() if "." in name}
        return {name: value for name, value in values.items() if value is not ABSENT}

    def _field_of(self, path: str) -> tuple[str | None, str]:
        """Give the field that a path leads to, and the rest of the path inside its value."""
        names = [name for name in self.fields if path == name or path.startswith(f"{name}.")]
        name = max(names, key=len, default=None)
        return (name, path[len(name) + 1 :]) if name else (None, "" if path == INPUT else path)

    def _name_fields(self) -> None:
        words = {
            "labels": (_("Labels"), _("One to a line, as “key: value”; runs are found by them.")),
            "priority": (_("Priority"), _("From −1000 to 1000; the higher comes first.")),
            "start_key": (_("Start key"), _("The same key again gives the first run again instead of a second one.")),
            "reason": (_("Reason"), _("It is kept in the audit trail.")),
            "only_create": (_("Only create it; I start it later"), ""),
        }
        for name, (label, help_text) in words.items():
            self.fields[name].label, self.fields[name].help_text = label, help_text

    def _begin_with(self, labels: Mapping[str, str], priority: int) -> None:
        self.initial["labels"] = "\n".join(f"{key}: {value}" for key, value in labels.items())
        self.initial["priority"] = priority

    def _add_input(self, schema: Mapping[str, Any], like: Mapping[str, Any]) -> None:
        properties = schema.get("properties")
        if not isinstance(properties, Mapping):
            shape = Shape(Kind.JSON, schema)
            self.fields[INPUT] = JsonField(shape, is_needed=False, has_default=True, label=_("Input"))
            self.initial[INPUT], self.prefilled = JsonField.shown(self.fields[INPUT], like), dict(like)  # type: ignore[arg-type]  # made above
            return
        self.left_out = [name for name in like if name not in properties]
        for name, part in properties.items():
            self._add_value(name, part, schema, like)

    def _add_value(
        self, name: str, part: Mapping[str, Any], schema: Mapping[str, Any], like: Mapping[str, Any]
    ) -> None:
        shape = shape_of(part, schema)
        begins_with = like.get(name, shape.schema.get("default", ABSENT))
        if holds_secret(inlined(part, schema)):
            begins_with = ABSENT
            self.secrets.add(name)
        field = field_class(shape, begins_with)(
            shape,
            is_needed=name in schema.get("required", ()),
            has_default="default" in shape.schema,
            label=shape.schema.get("title") or name,
            help_text=_help(shape),
        )
        self.fields[f"{INPUT}.{name}"] = field
        if begins_with is not ABSENT:
            self.prefilled[name] = begins_with
            self.initial[f"{INPUT}.{name}"] = field.shown(begins_with)


def _help(shape: Shape) -> str:
    """Say what the author says, and how a value is written where the field does not show it."""
    hints = {
        Kind.LINES: _("One to a line."),
        Kind.JSON: _("Written as JSON."),
    }
    written = _("For example 2026-11-23T09:05:00Z.") if shape.schema.get("format") == "date-time" else ""
    return " ".join(filter(None, (shape.schema.get("description", ""), hints.get(shape.kind, ""), written)))


def _read_labels(text: str) -> dict[str, str]:
    labels = {}
    for line in filter(str.strip, text.splitlines()):
        key, colon, value = line.partition(":")
        if not colon:
            raise forms.ValidationError(
                _("a label is written as “key: value”; there is no colon in “%(line)s”") % {"line": line}
            )
        labels[key.strip()] = value.strip()
    return labels
