"""What an operation is given beside its run: a reason, and the options that it alone understands."""

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from workflows.operations.pause import DRAIN, RESUME, STAY, STOP
from workflows.states import Operation
from workflows.values import NotJson, TooLarge, encode, to_json

_LONGEST_REASON = 2000


class OperationForm(forms.Form):
    """An operation without options, and what the others add to."""

    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=_LONGEST_REASON,
        help_text=_("Kept on record with the operation."),
        widget=forms.Textarea(attrs={"rows": 2, "cols": 60}),
    )

    @property
    def has_options(self) -> bool:
        """Whether there is more to say than a reason."""
        return len(self.fields) > 1

    def options(self) -> dict[str, Any]:
        """Give the options as REST takes them; what is the default anyway is left out."""
        return {}


class ZonedInput(forms.DateTimeInput):
    """A time beside the name of its zone: UTC, which scripts change to the reader's own (``zone_fields.js``)."""

    def __init__(self) -> None:
        super().__init__(attrs={"type": "datetime-local", "data-zoned": ""}, format="%Y-%m-%dT%H:%M")

    def render(self, *args: Any, **kwargs: Any) -> SafeString:
        """See Django."""
        return format_html("{} <span data-zone-name>UTC</span>", super().render(*args, **kwargs))


class InUtc(forms.DateTimeField):
    """A time that is sent in UTC, whatever the zone of the portal or of the browser."""

    widget = ZonedInput

    def clean(self, value: Any) -> datetime | None:
        """See Django."""
        with timezone.override(UTC):
            found: datetime | None = super().clean(value)
        return found


class PauseForm(OperationForm):
    """How, and for how long."""

    mode = forms.ChoiceField(
        label=_("Attempts in flight"),
        required=False,
        initial=DRAIN,
        choices=[(DRAIN, _("end by themselves")), (STOP, _("are told to stop, and hand their work back"))],
        widget=forms.RadioSelect,
    )
    hold_until = InUtc(
        label=_("Hold until"), required=False, help_text=_("A time to come. Empty: until it is resumed.")
    )
    then = forms.ChoiceField(
        label=_("When the hold ends"),
        required=False,
        initial=RESUME,
        choices=[(RESUME, _("the run goes on")), (STAY, _("the run stays paused"))],
        widget=forms.RadioSelect,
    )
    field_order = ("mode", "hold_until", "then", "reason")

    def options(self) -> dict[str, Any]:
        """See ``OperationForm``."""
        given = self.cleaned_data
        found = {"mode": STOP} if given.get("mode") == STOP else {}
        if given.get("hold_until"):
            found["hold_until"] = given["hold_until"].isoformat()
            found["then"] = given.get("then") or RESUME
        return found


class SkipForm(OperationForm):
    """What the steps that need the skipped one are given."""

    output = forms.JSONField(
        label=_("Output"),
        required=False,
        help_text=_("JSON, given to the steps that need this one. Empty: they are given none."),
        widget=forms.Textarea(attrs={"rows": 4, "cols": 60, "spellcheck": "false"}),
    )
    field_order = ("output", "reason")

    def clean_output(self) -> Any:
        """Refuse what the database could not even keep on record."""
        value = self.cleaned_data["output"]
        try:
            encode(to_json(value, "output"))
        except (NotJson, TooLarge) as error:
            raise forms.ValidationError(str(error)) from error
        return value

    def options(self) -> dict[str, Any]:
        """See ``OperationForm``."""
        output = self.cleaned_data.get("output")
        return {} if output is None else {"output": output}


_FORMS: dict[Operation, type[OperationForm]] = {Operation.PAUSE: PauseForm, Operation.SKIP_STEP: SkipForm}


def form_of(operation: Operation, data: Any = None) -> OperationForm:
    """Make the form of an operation, filled in where something was sent."""
    return _FORMS.get(operation, OperationForm)(data, label_suffix="")
