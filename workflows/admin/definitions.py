"""Definitions: the versions of workflows that authors wrote."""

from django.contrib import admin
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workflows.admin.history import ReadOnlyHistoryAdmin
from workflows.admin.links import beside, list_link
from workflows.admin.read_only import fieldset
from workflows.admin.shown import json_of, json_text, time_of
from workflows.models import Definition, Workflow

_CREATED = time_of(Definition, "created_at")


@admin.register(Definition)
class DefinitionAdmin(ReadOnlyHistoryAdmin):
    """The latest versions first."""

    list_display = ("name", "its_page", "version", "title", "is_current", "source", _CREATED)
    list_filter = ("is_current",)
    list_defer = ("input_schema", "description")
    search_fields = ("name", "title")
    fieldsets = (
        fieldset(None, "name", "version", "title", "description", "is_current", "elsewhere"),
        fieldset(gettext_lazy("Origin"), "source", _CREATED, "checksum"),
        fieldset(
            gettext_lazy("Behaviour"),
            *("deadline", "max_running", "shaped_by_input"),
            json_of(Definition, "input_schema"),
            "graph",
        ),
    )

    def console_url(self, row: Definition) -> str:
        """See ``ReadOnlyAdmin``; only the version in force can be started."""
        try:
            return reverse("console:start", args=[row.name]) if row.is_current else ""
        except NoReverseMatch:  # names with characters that an address of the page cannot have
            return ""

    @admin.display(description=gettext_lazy("more"))
    def elsewhere(self, definition: Definition) -> str:
        """Link to the runs of all versions."""
        return beside(list_link(Workflow, _("runs"), definition=definition.name))

    @admin.display(description=gettext_lazy("graph"))
    def graph(self, definition: Definition) -> str:
        """Show the graph as it is kept."""
        return json_text(definition.plan.graph)
