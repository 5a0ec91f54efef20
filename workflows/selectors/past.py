"""Reads of a run as it was after an event: its events up to that one are read, however far back that is."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from workflows.engine.plans import graph_of
from workflows.models import Event, Workflow
from workflows.past_steps import Told
from workflows.projection import Projection, project
from workflows.selectors.errors import Missing

MOST_EVENTS = 60_000
"""Events that are read for one look back; it takes a second for the last of them."""


@dataclass(frozen=True)
class Past:
    """The steps as they were, and the last event that made them so."""

    projection: Projection
    event: Told


def past_of(run: Workflow, seq: int) -> Past:
    """Read the run as it was after the event of this number, in one statement.

    Raises:
        Missing: the run has no such event, or it is too far from the beginning.
    """
    if not 0 < seq <= run.event_seq:
        raise Missing(_("the run has no event %(seq)s") % {"seq": seq})
    if seq > MOST_EVENTS:
        message = _("only the first %(most)s events can be looked back at; the tab of events shows all of them")
        raise Missing(message % {"most": MOST_EVENTS})
    events = told(run.pk, seq)
    return Past(project(graph_of(run.plan_id), events), events[-1])


def told(workflow_id: UUID, up_to: int) -> list[Told]:
    """Read a run's events from the first to this one."""
    rows = Event.objects.filter(workflow_id=workflow_id, seq__lte=up_to).order_by("seq")
    return [Told(*row) for row in rows.values_list("seq", "kind", "step", "data", "at")]
