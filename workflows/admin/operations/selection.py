"""One operation on the runs that are ticked in the list: what would come of each, and doing it one by one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from audit.actor import Actor
from workflows.admin.links import page_link, short
from workflows.admin.operations.asking import refusal_of
from workflows.admin.shown import NOTHING, state_of
from workflows.models import Workflow
from workflows.operations.perform import perform
from workflows.operations.request import Answer, Request
from workflows.states import Operation

MOST = 100
"""How many runs an action takes: as many as a page of the list shows."""


@dataclass(frozen=True)
class Prospect:
    """What would come of one selected run; ``why_not`` is empty where the operation is possible."""

    workflow_id: UUID
    run: Workflow | None
    why_not: str

    @property
    def link(self) -> SafeString:
        """Lead to the run."""
        name = self.run.definition_name if self.run else ""
        return page_link(Workflow, self.workflow_id, format_html("{} {}", name, short(self.workflow_id)))

    @property
    def state(self) -> str:
        """Show the run's state."""
        return state_of(self.run) if self.run else NOTHING


def selected_ids(request: HttpRequest) -> list[UUID]:
    """Give the ids that were ticked, each once: also of runs that a filter of the list hides by now.

    Raises:
        SuspiciousOperation: one is not an id; the list sends no such thing.
    """
    try:
        ids = [UUID(text) for text in request.POST.getlist(ACTION_CHECKBOX_NAME)]
    except ValueError as error:
        raise SuspiciousOperation(_("What was selected is not a run.")) from error
    return list(dict.fromkeys(ids))


def prospects_of(actor: Actor, operation: Operation, ids: Sequence[UUID]) -> list[Prospect]:
    """Say of each run whether the operation is possible now; nothing is recorded, and no ticket written."""
    runs = Workflow.objects.select_related("definition").in_bulk(ids)
    return [_prospect(actor, operation, workflow_id, runs.get(workflow_id)) for workflow_id in ids]


def perform_on(actor: Actor, operation: Operation, ids: Iterable[UUID], reason: str) -> list[Answer]:
    """Do it to each run, one transaction after the other."""
    return [perform(actor, Request(operation, workflow_id, reason=reason)) for workflow_id in ids]


def _prospect(actor: Actor, operation: Operation, workflow_id: UUID, run: Workflow | None) -> Prospect:
    if run is None:
        return Prospect(workflow_id, None, _("There is no such run any more."))
    refusal = refusal_of(actor, Request(operation, workflow_id), run)
    return Prospect(workflow_id, run, refusal.message if refusal else "")
