"""How the audit trail is asked for, and how its entries look."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from audit.models import Entry
from audit.paging import read_key, write_key
from audit.reason_codes import code_in_words
from audit.selectors.entries import PLACE
from audit.selectors.entry_filter import FILTER_NAMES, EntryFilter
from control.api.serializers.choices import EXPORT_FORMATS, RESULTS, SURFACES
from workflows.api.paging import CursorField, CursorQuery, page_size_field
from workflows.api.serializers.strict import StrictSerializer

_DATES = ["iso-8601", "%Y-%m-%d"]
_LAST_PAGE = 2**31 - 1


class EntryFilterFields(StrictSerializer):
    """Which entries are meant: those that fit all that is given."""

    operation_type = serializers.CharField(required=False)
    resource_type = serializers.CharField(required=False)
    resource_id = serializers.CharField(required=False)
    triggered_by = serializers.CharField(required=False, help_text=gettext_lazy("the actor's name as it was then"))
    result = serializers.ChoiceField(RESULTS, required=False)
    reason_code = serializers.CharField(required=False)
    surface = serializers.ChoiceField(SURFACES, required=False)
    request_id = serializers.CharField(required=False)
    parent = serializers.UUIDField(  # type: ignore[assignment]  # a field's own parent is not reachable here
        required=False, help_text=gettext_lazy("the operation that the entries are parts of")
    )
    since = serializers.DateTimeField(
        required=False, input_formats=_DATES, help_text=gettext_lazy("written then or later")
    )
    until = serializers.DateTimeField(
        required=False, input_formats=_DATES, help_text=gettext_lazy("written then or earlier")
    )

    @property
    def wanted(self) -> EntryFilter:
        """The entries that are asked for."""
        return EntryFilter(**{name: value for name, value in self.validated_data.items() if name in FILTER_NAMES})


@extend_schema_field({"type": "string"})
class EntryCursorField(CursorField):
    """The place of a page in the trail; empty: its beginning."""

    def __init__(self, **options: Any) -> None:
        super().__init__("text", allow_blank=True, **options)

    def read(self, text: str) -> dict[str, Any]:
        """See ``CursorField``."""
        return super().read(text) if text else {}

    def read_key(self, written: str) -> Any:
        """See ``CursorField``."""
        return read_key(Entry, PLACE, written)


class EntriesQuery(EntryFilterFields, CursorQuery):
    """What the trail can be asked: a counted page by its number, or with ``cursor`` a page by its place."""

    page = serializers.IntegerField(
        required=False, min_value=1, max_value=_LAST_PAGE, help_text=gettext_lazy("counted from 1; not with a cursor")
    )
    cursor = EntryCursorField()
    page_size = page_size_field(default=50, most=100)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse two kinds of pages at once."""
        if "page" in attrs and "cursor" in attrs:
            raise serializers.ValidationError({"page": _("say either page or cursor")})
        return attrs

    @property
    def is_by_place(self) -> bool:
        """Whether a page is asked for by its place."""
        return "cursor" in self.validated_data

    @property
    def page_number(self) -> int:
        """The number of the page that is asked for."""
        return int(self.validated_data.get("page", 1))

    @staticmethod
    def place(side: str, key: Any) -> tuple[str, str]:
        """See ``CursorQuery``."""
        return "cursor", f"{side}:{write_key(key)}"


class ExportQuery(EntryFilterFields):
    """What an export can be asked; ``format`` says how it is written."""

    format = serializers.ChoiceField(EXPORT_FORMATS)


class EntrySerializer(serializers.Serializer[Any]):
    """One entry: codes as they are stored, and the operation and the reason in the reader's language."""

    operation_id = serializers.UUIDField()
    timestamp = serializers.DateTimeField()
    triggered_by = serializers.CharField()
    operation_type = serializers.CharField()
    resource_type = serializers.CharField()
    resource_id = serializers.CharField(allow_blank=True)
    params = serializers.JSONField(help_text=gettext_lazy("what was asked for, without secrets"))
    result = serializers.ChoiceField(RESULTS)
    reason_code = serializers.CharField()
    duration_ms = serializers.FloatField()
    error_message = serializers.CharField(allow_blank=True)
    operation = serializers.CharField(
        source="operation_label", help_text=gettext_lazy("the operation in the reader's language")
    )
    outcome = serializers.SerializerMethodField(help_text=gettext_lazy("the reason code in the reader's language"))
    actor_id = serializers.CharField(allow_blank=True)
    surface = serializers.ChoiceField(SURFACES)
    address = serializers.CharField(allow_blank=True)
    request_id = serializers.CharField(allow_blank=True)
    parent = serializers.UUIDField(  # type: ignore[assignment]  # as above
        allow_null=True, help_text=gettext_lazy("the operation that it is a part of")
    )
    seq = serializers.IntegerField(help_text=gettext_lazy("its place in its resource's trail, from 1, without a gap"))
    state_before = serializers.CharField(allow_blank=True)
    state_after = serializers.CharField(allow_blank=True)
    reason = serializers.CharField(allow_blank=True)
    seal = serializers.IntegerField(
        source="seal_number", allow_null=True, help_text=gettext_lazy("the seal that it stands under; null: none yet")
    )

    def get_outcome(self, entry: Entry) -> str:
        """Say why it ended as it did."""
        return code_in_words(entry.reason_code)


class EntryPageSerializer(serializers.Serializer[Any]):
    """A page of the trail: with its count and its number or, by its place, with the ways to its neighbours."""

    entries = EntrySerializer(many=True)
    page_size = serializers.IntegerField()
    total_count = serializers.IntegerField(required=False)
    page = serializers.IntegerField(required=False)
    next = serializers.URLField(
        required=False, allow_null=True, help_text=gettext_lazy("with a cursor: the older entries")
    )
    previous = serializers.URLField(
        required=False, allow_null=True, help_text=gettext_lazy("with a cursor: the newer entries")
    )
