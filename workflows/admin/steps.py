"""Steps: in their run's page, in lists, and the page of one with its attempts."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workflows.admin.attempts import AttemptInline
from workflows.admin.console import run_page
from workflows.admin.filters import OfRun
from workflows.admin.keyset import Keyset
from workflows.admin.links import beside, list_link, run_of
from workflows.admin.operations.asking import actor_of, operation_url
from workflows.admin.operations.bar import step_buttons
from workflows.admin.read_only import ReadOnlyAdmin, ReadOnlyInline, fieldset
from workflows.admin.shown import json_of, state_of, time_of, took
from workflows.models import Event, LogLine, Step

_STARTED, _FINISHED = time_of(Step, "started_at"), time_of(Step, "finished_at")
_VALUES = ("item", "output", "error", "progress", "checkpoint")


class StepInline(ReadOnlyInline):
    """The first steps of a run: those of the graph, then items of fan-outs."""

    model = Step
    fieldsets = (fieldset(None, state_of, "attempt", _STARTED, _FINISHED, took),)
    verbose_name_plural = gettext_lazy("steps (the first 200)")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Leave out what is not shown."""
        return super().get_queryset(request).defer(*_VALUES)


@admin.register(Step)
class StepAdmin(ReadOnlyAdmin):
    """The steps of one run in the order in which they were made, or all, the latest first."""

    list_display = ("wire_id", "its_page", state_of, "attempt", _STARTED, took, run_of)
    list_filter = (OfRun,)
    list_defer = _VALUES
    fieldsets = (
        fieldset(None, "wire_id", run_of, state_of, "attempt", "elsewhere"),
        fieldset(gettext_lazy("Times"), time_of(Step, "due_at"), _STARTED, _FINISHED, took),
        fieldset(gettext_lazy("Values"), *(json_of(Step, name) for name in _VALUES)),
        fieldset(
            gettext_lazy("Inner workings"),
            *("task", "queue", "priority", "session", "remaining", "generation", "failures", "kills", "token"),
            "announced_at",
            collapsed=True,
        ),
    )
    inlines = (AttemptInline,)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **options: Any
    ) -> HttpResponse:
        """Add the bar of operations."""
        context["operations"] = step_buttons(actor_of(request), context["original"], operation_url)
        return super().render_change_form(request, context, *args, **options)

    def console_url(self, row: Step) -> str:
        """See ``ReadOnlyAdmin``."""
        return run_page(row.workflow_id, "steps", step=row.wire_id)

    def get_keyset(self, request: HttpRequest) -> Keyset:
        """See ``ReadOnlyAdmin``."""
        return Keyset("id", descending=OfRun.parameter_name not in request.GET)

    @admin.display(description=gettext_lazy("step"))
    def wire_id(self, step: Step) -> str:
        """Name the step as clients do."""
        return step.wire_id

    @admin.display(description=gettext_lazy("more"))
    def elsewhere(self, step: Step) -> str:
        """Link to what happened to the step and to what it logged."""
        place = {"run": step.workflow_id, "step": step.wire_id}
        return beside(list_link(Event, _("events"), **place), list_link(LogLine, _("log lines"), **place))
