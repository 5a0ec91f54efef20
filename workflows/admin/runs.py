"""Runs: the list, and the page of one with its first steps."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from audit.models import Entry
from workflows.admin.console import run_page
from workflows.admin.filters import DefinitionName
from workflows.admin.history import ReadOnlyHistoryAdmin
from workflows.admin.links import beside, list_link, short
from workflows.admin.operations.actions import act_on_selection, actions_for
from workflows.admin.operations.asking import actor_of, operation_url
from workflows.admin.operations.bar import run_buttons
from workflows.admin.operations.confirmation import Confirmation
from workflows.admin.read_only import fieldset
from workflows.admin.search import id_begins_with
from workflows.admin.shown import NOTHING, json_of, phase_of, progress, state_of, time_of
from workflows.admin.steps import StepInline
from workflows.admin.trail import RUN, trail_of_run
from workflows.models import Definition, Event, LogLine, Step, Workflow

_CREATED = time_of(Workflow, "created_at")


@admin.register(Workflow)
class RunAdmin(ReadOnlyHistoryAdmin):
    """Newest first: the id carries the time."""

    list_display = ("short_id", "its_page", state_of, "definition_and_version", "steps_done", _CREATED, "creator")
    list_filter = ("status", DefinitionName)
    list_select_related = ("definition",)
    list_defer = ("input", "output", "error", "labels", "definition__input_schema", "definition__description")
    search_fields = ("id", "start_key")
    search_help_text = gettext_lazy("The beginning of an id (four characters or more), or a whole start key")
    fieldsets = (
        fieldset(None, "id", state_of, "phase_in_words", "definition", "steps_done", "creator", "elsewhere"),
        fieldset(
            gettext_lazy("Times"),
            _CREATED,
            *(
                time_of(Workflow, name)
                for name in ("started_at", "paused_at", "settled_at", "finished_at", "deadline_at")
            ),
        ),
        fieldset(
            gettext_lazy("Values"),
            *(json_of(Workflow, name) for name in ("input", "output", "error", "labels")),
            "files",
        ),
        fieldset(
            gettext_lazy("Inner workings"),
            *("start_key", "priority", "generation", "revision", "in_flight"),
            collapsed=True,
        ),
    )
    inlines = (StepInline,)

    def get_urls(self) -> list[Any]:
        """Add the page that asks before an operation is done."""
        address = path(
            "<uuid:workflow_id>/operation/<slug:operation>/",
            self.admin_site.admin_view(self.operation_view),
            name="workflows_workflow_operation",
        )
        return [address, *super().get_urls()]

    def operation_view(self, request: HttpRequest, workflow_id: UUID, operation: str) -> HttpResponse:
        """Ask whether an operation is to be done, or do it."""
        return Confirmation(self.admin_site, request, workflow_id, operation).respond()

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **options: Any
    ) -> HttpResponse:
        """Add the bar of operations, and what was done to the run."""
        run = context["original"]
        context |= {"run": run, "operations": run_buttons(actor_of(request), run, operation_url)}
        context["trail"] = trail_of_run(request, run)
        return super().render_change_form(request, context, *args, **options)

    def console_url(self, row: Workflow) -> str:
        """See ``ReadOnlyAdmin``."""
        return run_page(row.pk)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """See Django."""
        return actions_for(request)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """See Django; what is sent here is an action."""
        if request.method == "POST":
            return act_on_selection(self, request)
        return super().changelist_view(request, extra_context)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Find by the beginning of an id or by start key: both through indexes."""
        term = search_term.strip()
        if not term:
            return queryset, False
        # The index of start keys begins with the definition's name.
        named = Workflow.objects.filter(definition_name__in=Definition.objects.values("name"), start_key=term)
        keyed = Q(pk__in=list(named.values_list("pk", flat=True)))
        return queryset.filter(id_begins_with(term) | keyed), False

    @admin.display(description=gettext_lazy("run"))
    def short_id(self, run: Workflow) -> str:
        """Name the run."""
        return short(run.pk)

    @admin.display(description=gettext_lazy("definition"))
    def definition_and_version(self, run: Workflow) -> str:
        """Name what the run follows."""
        return str(run.definition)

    @admin.display(description=gettext_lazy("progress"))
    def steps_done(self, run: Workflow) -> str:
        """Count the steps done, of those known so far."""
        return progress(run.done, run.total)

    @admin.display(description=gettext_lazy("created by"))
    def creator(self, run: Workflow) -> str:
        """Name who created the run, as the name was then."""
        return run.created_by_name

    @admin.display(description=gettext_lazy("phase"))
    def phase_in_words(self, run: Workflow) -> str:
        """Say what the state leaves open."""
        return phase_of(run) or NOTHING

    @admin.display(description=gettext_lazy("more"))
    def elsewhere(self, run: Workflow) -> str:
        """Link to all that belongs to the run; how much it is, the run's own counters tell."""
        steps = ngettext("%(count)s step", "%(count)s steps", run.total) % {"count": run.total}
        events = ngettext("%(count)s event", "%(count)s events", run.event_seq) % {"count": run.event_seq}
        lines = ngettext("%(count)s log line", "%(count)s log lines", run.log_seq) % {"count": run.log_seq}
        return beside(
            list_link(Step, steps, run=run.pk),
            list_link(Event, events, run=run.pk),
            list_link(LogLine, lines, run=run.pk),
            list_link(Entry, _("audit entries"), resource_type=RUN, resource_id=run.pk),
        )

    @admin.display(description=gettext_lazy("files"))
    def files(self, run: Workflow) -> str:
        """Link to the files that steps left."""
        names = run.artifacts.order_by("name").values_list("name", flat=True)
        found = [(reverse("api-run-artifact", args=[run.pk, name]), name) for name in names]
        return format_html_join(" · ", '<a href="{}">{}</a>', found) or NOTHING
