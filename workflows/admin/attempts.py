"""Attempts: in their step's page, in a list, and the page of one with its traceback."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from workflows.admin.console import run_page
from workflows.admin.links import page_link, run_of
from workflows.admin.read_only import ReadOnlyAdmin, ReadOnlyInline, fieldset
from workflows.admin.shown import NOTHING, json_of, state_of, text_of, time_of, took
from workflows.models import Attempt, Step

_STARTED, _FINISHED = time_of(Attempt, "started_at"), time_of(Attempt, "finished_at")
_VALUES = ("output", "traceback")
_OF_STEP = tuple(f"step__{name}" for name in ("item", "output", "error", "progress", "checkpoint"))


@admin.display(description=gettext_lazy("error"))
def message_of(attempt: Attempt) -> str:
    """Say in one line what went wrong."""
    return attempt.error["message"] if attempt.error else NOTHING


class AttemptInline(ReadOnlyInline):
    """The first attempts at a step."""

    model = Attempt
    fieldsets = (fieldset(None, state_of, "session", _STARTED, took, message_of),)
    verbose_name_plural = gettext_lazy("attempts (the first 200)")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Leave out what is not shown."""
        return super().get_queryset(request).select_related("session").defer(*_VALUES)


@admin.register(Attempt)
class AttemptAdmin(ReadOnlyAdmin):
    """The latest attempts first."""

    list_display = ("number_of_step", "its_page", state_of, "session", _STARTED, took, message_of, run_of)
    list_select_related = ("step", "session")
    list_defer = (*_VALUES, *_OF_STEP)
    fieldsets = (
        fieldset(None, "step_link", run_of, "number", state_of, "session"),
        fieldset(
            gettext_lazy("Times"), _STARTED, _FINISHED, took, time_of(Attempt, "stop_requested_at"), "stop_reason"
        ),
        fieldset(
            gettext_lazy("Values"), json_of(Attempt, "error"), text_of(Attempt, "traceback"), json_of(Attempt, "output")
        ),
        fieldset(gettext_lazy("Inner workings"), "generation", "token", "dropped_log_lines", collapsed=True),
    )

    def console_url(self, row: Attempt) -> str:
        """See ``ReadOnlyAdmin``; its step is shown with its attempts."""
        return run_page(row.workflow_id, "steps", step=row.step.wire_id)

    @admin.display(description=gettext_lazy("attempt"))
    def number_of_step(self, attempt: Attempt) -> str:
        """Name the attempt with its step."""
        return f"{attempt.step} {attempt}"

    @admin.display(description=gettext_lazy("step"))
    def step_link(self, attempt: Attempt) -> str:
        """Link to the step."""
        return page_link(Step, attempt.step_id, str(attempt.step))
