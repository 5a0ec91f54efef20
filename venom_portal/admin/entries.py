"""Entries: the list with its filters and its export, and the page of one with its seal and its parts."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.models import Entry, Seal
from audit.selectors.entries import PLACE, parts_of
from audit.selectors.seals import seal_of
from venom_portal.admin.entry_filters import ENTRY_FILTERS, EntryChangeList
from venom_portal.admin.export import export_view, offered_export
from workflows.admin.keyset import Keyset, KeysetChangeList
from workflows.admin.links import beside, list_link, page_link, short
from workflows.admin.read_only import ReadOnlyAdmin, fieldset
from workflows.admin.shown import NOTHING, json_text, text_of, time_of
from workflows.admin.trail import RUN, job_about, outcome_of, page_about, result_of
from workflows.models import Workflow

_TIME = time_of(Entry, "timestamp")
_PARTS_SHOWN = 20


@admin.display(description=gettext_lazy("parameters"))
def params_of(entry: Entry) -> str:
    """Show what was asked for."""
    return json_text(entry.params)


@admin.display(description=gettext_lazy("duration (ms)"))
def duration_of(entry: Entry) -> str:
    """Show how long it took."""
    return f"{entry.duration_ms:.1f}"


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    """Newest first."""

    list_display = (_TIME, "operation", "resource", "its_page", result_of, outcome_of, "actor_name", "surface")
    list_filter = ENTRY_FILTERS
    list_defer = ("params_json", "reason", "error_message")
    search_fields = ("operation_id", "resource_id")
    search_help_text = gettext_lazy("The whole id of an operation, of what it was about, or of a request")
    change_list_template = "admin/audit_list.html"
    fieldsets = (
        fieldset(None, "operation_id", "operation", "resource", "seq", result_of, outcome_of, "seal", "related"),
        fieldset(gettext_lazy("Who"), _TIME, "actor_name", "actor_id", "surface", "address", "request"),
        fieldset(
            gettext_lazy("What"),
            *("state_before", "state_after", params_of, text_of(Entry, "reason")),
            *("reason_code", text_of(Entry, "error_message"), duration_of),
        ),
    )

    def get_keyset(self, request: HttpRequest) -> Keyset:
        """See ``ReadOnlyAdmin``."""
        return Keyset(PLACE, descending=True)

    def get_changelist(self, request: HttpRequest, **_options: Any) -> type[KeysetChangeList]:
        """See Django."""
        return EntryChangeList

    def get_urls(self) -> list[Any]:
        """Add the export."""
        address = path("export/", self.admin_site.admin_view(export_view), name="audit_entry_export")
        return [address, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """See Django; offer the export of what is shown."""
        offered = {"exported": offered_export(request)}
        return super().changelist_view(request, {**(extra_context or {}), **offered})

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Find by whole ids, each through its index."""
        term = search_term.strip()
        if not term:
            return queryset, False
        return queryset.filter(_is_own_id(term) | Q(resource_id=term) | Q(request_id=term)), False

    def console_url(self, row: Entry) -> str:
        """See ``ReadOnlyAdmin``."""
        return page_about(row, "audit")

    @admin.display(description=gettext_lazy("operation"))
    def operation(self, entry: Entry) -> str:
        """Name the operation in words."""
        return entry.operation_label

    @admin.display(description=gettext_lazy("actor"))
    def actor_name(self, entry: Entry) -> str:
        """Name who asked for it, as the name was then, with a link to what else they asked for."""
        return list_link(Entry, entry.triggered_by, triggered_by=entry.triggered_by)

    @admin.display(description=gettext_lazy("resource"))
    def resource(self, entry: Entry) -> str:
        """Name what it was about, with a link where that is a run, or an operation on many."""
        if job := job_about(entry):
            return format_html('{} <a href="{}">{}</a>', _("operation on many runs"), page_about(entry), short(job))
        if entry.resource_type == RUN and entry.resource_id:
            return format_html("{} {}", RUN, page_link(Workflow, entry.resource_id, short(entry.resource_id)))
        return f"{entry.resource_type} {entry.resource_id}".strip()

    @admin.display(description=gettext_lazy("seal"))
    def seal(self, entry: Entry) -> str:
        """Link to the seal that the entry stands under."""
        seal = seal_of(entry.pk)
        return page_link(Seal, seal.pk, str(seal)) if seal else _("not yet")

    @admin.display(description=gettext_lazy("related"))
    def related(self, entry: Entry) -> str:
        """Link to the operation that it is a part of, and to its own parts."""
        links = [page_link(Entry, entry.parent, _("part of this operation"))] if entry.parent else []
        parts = parts_of(entry.pk, _PARTS_SHOWN)
        links += [page_link(Entry, part.pk, short(part.resource_id)) for part in parts]
        if parts:
            links.append(list_link(Entry, _("all parts"), parent=entry.pk))
        links.append(list_link(Entry, _("the whole trail of this resource"), **_of_resource(entry)))
        return beside(*links)

    @admin.display(description=gettext_lazy("request"))
    def request(self, entry: Entry) -> str:
        """Link to all entries of the request."""
        return list_link(Entry, entry.request_id, request_id=entry.request_id) if entry.request_id else NOTHING


def _is_own_id(term: str) -> Q:
    try:
        return Q(operation_id=UUID(term))
    except ValueError:
        return Q()


def _of_resource(entry: Entry) -> dict[str, str]:
    return {"resource_type": entry.resource_type, "resource_id": entry.resource_id}
