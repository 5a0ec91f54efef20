"""The audit trail on the pages of what it is about: the newest entries, and how an entry is put into words."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.models import Entry, Result
from audit.reason_codes import code_in_words
from audit.selectors.entries import trail_of
from workflows.admin.console import run_page
from workflows.admin.links import list_link, page_link
from workflows.admin.shown import state, time
from workflows.models import Workflow
from workflows.operations.bulk.steer import STEERED

RUN: Final = "workflow"
"""The resource type of runs."""
_SHOWN = 20
_ICONS = {Result.SUCCESS: "✓", Result.FAILURE: "✗", Result.CANCELLED: "⊘"}


@dataclass(frozen=True)
class Trail:
    """The newest entries about something as cells of a table, and the link to all of them."""

    rows: list[tuple[Any, ...]]
    all_of_it: SafeString


@admin.display(description=gettext_lazy("result"))
def result_of(entry: Entry) -> str:
    """Show what came of the operation."""
    return state(entry.result, entry.get_result_display(), _ICONS[Result(entry.result)])


@admin.display(description=gettext_lazy("outcome"))
def outcome_of(entry: Entry) -> str:
    """Say why it ended as it did."""
    return code_in_words(entry.reason_code)


def job_about(entry: Entry) -> UUID | None:
    """Give the operation on many runs that an entry is about; ``None``: it is about something else.

    Such an entry has the resource type of runs, and the id of the job: its own, or that of the job which it steers.
    """
    is_job = entry.operation_type.startswith(STEERED) or entry.resource_id == str(entry.pk)
    return _key(entry.resource_id) if is_job and entry.resource_type == RUN else None


def page_about(entry: Entry, tab: str = "") -> str:
    """Give the address of the operators' page of what an entry is about, of a run at a tab; ``""``: it has none."""
    if job := job_about(entry):
        return reverse("console:bulk", args=[job])
    run = _key(entry.resource_id) if entry.resource_type == RUN else None
    return run_page(run, tab) if run else ""


def trail_of_run(request: HttpRequest, run: Workflow) -> Trail | None:
    """Read the newest entries about a run in one statement; ``None``: whoever looks may not see the trail."""
    if not request.user.has_perm("audit.view_entry"):
        return None
    rows = [_cells(entry) for entry in trail_of(RUN, str(run.pk), _SHOWN)]
    return Trail(rows, list_link(Entry, _("the whole trail of this run"), resource_type=RUN, resource_id=run.pk))


def _cells(entry: Entry) -> tuple[Any, ...]:
    operation = page_link(Entry, entry.pk, entry.operation_label)
    who = f"{entry.triggered_by} ({entry.get_surface_display()})"
    return entry.seq, time(entry.timestamp), operation, result_of(entry), outcome_of(entry), who, entry.reason


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
