"""How runs are asked for: created, and listed."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from workflows.api.paging import CursorField, CursorQuery, page_size_field
from workflows.api.serializers.choices import RUN_STATES
from workflows.api.serializers.strict import ReadText, Repeatable, StrictSerializer, Text, WholeNumber, YesNo
from workflows.operations.create import NewRun
from workflows.run_filter import RunFilter

_DATES = ["iso-8601", "%Y-%m-%d"]


class NewRunSerializer(StrictSerializer):
    """A run that is to be created; what the values may be is decided by the operation."""

    definition = Text(max_length=200)
    version = WholeNumber(required=False, allow_null=True, min_value=1, max_value=2**31 - 1)
    input = serializers.JSONField(
        required=False, default=dict, help_text=gettext_lazy("an object that fits the definition's input_schema")
    )
    labels = serializers.DictField(child=Text(allow_blank=True, trim_whitespace=False), required=False)
    priority = WholeNumber(required=False)
    start = YesNo(required=False, default=True)
    start_key = Text(
        required=False, allow_null=True, help_text=gettext_lazy("the same key again gives the first run again")
    )

    @property
    def asked(self) -> NewRun:
        """The request to the operation."""
        return NewRun(**self.validated_data)


@extend_schema_field({"type": "string", "pattern": "^[^:]+:"})
class LabelField(ReadText):
    """A ``key:value`` pair in a query."""

    def read(self, text: str) -> tuple[str, str]:
        """Split at the first colon: keys have none."""
        key, colon, value = text.partition(":")
        if not (key and colon):
            raise serializers.ValidationError(_("a label is written as key:value"))
        return key, value


class RunFilterFields(StrictSerializer):
    """Which runs are meant."""

    status = Repeatable(
        child=serializers.ChoiceField(RUN_STATES),
        required=False,
        help_text=gettext_lazy("may be repeated: any of these"),
    )
    definition = Text(required=False)
    label = Repeatable(  # type: ignore[assignment]  # a field's own label is not reachable here
        child=LabelField(), required=False, help_text=gettext_lazy("key:value; may be repeated: all of these")
    )
    created_by = Text(required=False)
    q = Text(
        required=False,
        help_text=gettext_lazy(
            "the beginning of an id, a part of a definition's name, or the whole of a label's value or a creator's name"
        ),
    )
    since = serializers.DateTimeField(
        required=False, input_formats=_DATES, help_text=gettext_lazy("created then or later")
    )
    until = serializers.DateTimeField(
        required=False, input_formats=_DATES, help_text=gettext_lazy("created then or earlier")
    )

    not_status = Repeatable(
        child=serializers.ChoiceField(RUN_STATES), required=False, help_text=gettext_lazy("none of these states")
    )
    not_definition = Repeatable(child=Text(), required=False, help_text=gettext_lazy("none of these definitions"))
    not_label = Repeatable(
        child=LabelField(), required=False, help_text=gettext_lazy("key:value; without any of these")
    )
    not_created_by = Repeatable(
        child=Text(), required=False, help_text=gettext_lazy("created by none of these; “system” is the portal itself")
    )

    @property
    def wanted(self) -> RunFilter:
        """The runs that are asked for."""
        return self.filter_of(self.validated_data)

    @staticmethod
    def filter_of(checked: Mapping[str, Any]) -> RunFilter:
        """Make the filter of checked values."""
        parts = {name: value for name, value in checked.items() if name not in ("cursor", "page_size")}
        return RunFilter(labels=parts.pop("label", ()), not_labels=parts.pop("not_label", ()), **parts)


class RunsQuery(RunFilterFields, CursorQuery):
    """What the list of runs can be asked."""

    cursor = CursorField(key="uuid")
    page_size = page_size_field(default=50, most=200)
