"""The audit trail on the pages of what it is about: the newest entries, and how an entry is put into words."""

from dataclasses import dataclass
from typing import Any, Final

from django.contrib import admin
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.models import Entry, Result
from audit.reason_codes import code_in_words
from audit.selectors.entries import trail_of
from workflows.admin.links import list_link, page_link
from workflows.admin.shown import state, time
from workflows.models import Workflow

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
