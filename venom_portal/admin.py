"""The audit trail in the administration; here, because its pages are made of what the workflows' are made of."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy

from audit.models import Entry, Result
from workflows.admin.keyset import Keyset
from workflows.admin.links import page_link, short
from workflows.admin.read_only import ReadOnlyAdmin, fieldset
from workflows.admin.search import id_begins_with
from workflows.admin.shown import json_of, state, text_of, time_of
from workflows.models import Workflow

_TIME = time_of(Entry, "timestamp")
_RUN = "workflow"
_ICONS = {Result.SUCCESS: "✓", Result.FAILURE: "✗", Result.CANCELLED: "⊘"}


@admin.display(description=gettext_lazy("result"))
def result_of(entry: Entry) -> str:
    """Show what came of the operation."""
    return state(entry.result, entry.get_result_display(), _ICONS[Result(entry.result)])


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    """Newest first: the id carries the time."""

    list_display = (_TIME, "operation_type", "resource", result_of, "reason_code", "actor_name", "surface")
    list_filter = ("result", "surface")
    list_defer = ("params", "reason", "error_message")
    search_fields = ("operation_id", "resource_id")
    search_help_text = gettext_lazy("The beginning of an operation's id (four characters or more), or a whole run's id")
    fieldsets = (
        fieldset(None, "operation_id", "operation_type", "resource", result_of, "reason_code"),
        fieldset(gettext_lazy("Who"), _TIME, "actor_name", "surface", "address"),
        fieldset(
            gettext_lazy("What"),
            *("state_before", "state_after", json_of(Entry, "params"), text_of(Entry, "reason")),
            *(text_of(Entry, "error_message"), "duration_ms"),
        ),
    )

    def get_keyset(self, request: HttpRequest) -> Keyset:
        """See ``ReadOnlyAdmin``."""
        return Keyset("operation_id", descending=True)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Find by the beginning of the entry's own id or by the run that it is about: both through indexes."""
        term = search_term.strip()
        if not term:
            return queryset, False
        return queryset.filter(id_begins_with(term) | Q(resource_type=_RUN, resource_id=term)), False

    @admin.display(description=gettext_lazy("actor"))
    def actor_name(self, entry: Entry) -> str:
        """Name who asked for it, as the name was then."""
        return entry.triggered_by

    @admin.display(description=gettext_lazy("resource"))
    def resource(self, entry: Entry) -> str:
        """Name what it was about, with a link where that is a run."""
        if entry.resource_type == _RUN and entry.resource_id:
            return format_html("{} {}", _RUN, page_link(Workflow, entry.resource_id, short(entry.resource_id)))
        return f"{entry.resource_type} {entry.resource_id}".strip()
