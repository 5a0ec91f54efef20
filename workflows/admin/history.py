"""The versions that simple-history keeps, on a page that only shows them."""

import uuid
from datetime import datetime
from typing import Any

from django.contrib.admin.utils import unquote
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from simple_history.admin import SimpleHistoryAdmin
from simple_history.models import ModelChange
from simple_history.template_utils import HistoricalRecordContextHelper

from audit.models import Entry
from workflows.admin.links import page_link
from workflows.admin.read_only import ReadOnlyAdmin
from workflows.admin.shown import NOTHING, field, to_the_second


class _InWords(HistoricalRecordContextHelper):  # type: ignore[misc]  # simple-history has no types
    """Shows codes as the words that stand for them, and what is empty as such."""

    def prepare_delta_change_value(self, change: ModelChange, value: Any) -> Any:
        if value is None:
            return NOTHING
        if isinstance(value, datetime):
            return to_the_second(value)
        words = dict(field(self.model, change.field).flatchoices)
        return words[value] if words else super().prepare_delta_change_value(change, value)


class ReadOnlyHistoryAdmin(ReadOnlyAdmin, SimpleHistoryAdmin):  # type: ignore[misc]  # simple-history has no types
    """A row with the list of its versions and of what changed from one to the next."""

    object_history_template = "admin/versions.html"
    object_history_list_template = "admin/version_list.html"
    history_list_display = ["operation"]
    history_list_per_page = 50

    def get_urls(self) -> list[Any]:
        """Leave out simple-history's page of one version: it takes a POST that reverts, from whoever may look."""
        return super(SimpleHistoryAdmin, self).get_urls()

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """See Django.

        Raises:
            Http404: there is no such row.
        """
        if self.get_object(request, unquote(object_id)) is None:
            raise Http404
        response: HttpResponse = super().history_view(request, object_id, extra_context)
        return response

    def get_historical_record_context_helper(self, request: HttpRequest, historical_record: Model) -> _InWords:
        """See simple-history."""
        return _InWords(self.model, historical_record)

    def revert_disabled(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Always."""
        return True

    def operation(self, version: Any) -> str:
        """Link to the audit entry of the operation that made this version, where one did."""
        try:
            operation_id = uuid.UUID(version.history_change_reason)
        except (TypeError, ValueError):
            return version.history_change_reason or NOTHING
        return page_link(Entry, operation_id, str(operation_id)[:8])
