"""What happened to runs."""

from django.contrib import admin
from django.http import HttpRequest

from workflows.admin.console import run_page
from workflows.admin.filters import OfRun, OfStepId
from workflows.admin.keyset import Keyset
from workflows.admin.links import run_of
from workflows.admin.read_only import ReadOnlyAdmin, fieldset
from workflows.admin.shown import json_of, time_of
from workflows.models import Event

_AT = time_of(Event, "at")


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    """The history of one run from its beginning, or all events, the latest first."""

    list_display = ("seq", "its_page", _AT, "kind", "step", "data", run_of)
    list_filter = (OfRun, OfStepId)
    fieldsets = (fieldset(None, run_of, "seq", _AT, "kind", "step", json_of(Event, "data")),)

    def get_keyset(self, request: HttpRequest) -> Keyset:
        """See ``ReadOnlyAdmin``."""
        return Keyset("seq", descending=False) if OfRun.parameter_name in request.GET else Keyset("id", descending=True)

    def console_url(self, row: Event) -> str:
        """See ``ReadOnlyAdmin``; the latest come first there, and this one at the top."""
        return f"{run_page(row.workflow_id, 'events', after=row.seq + 1)}#E{row.seq}"
