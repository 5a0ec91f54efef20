"""One run as a row of a list."""

from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from workflows.admin.shown import phase_of, progress, state_of, to_the_second
from workflows.models import Workflow
from workflows.pages.run.addresses import name_of, run_url
from workflows.pages.runs.chips import Address
from workflows.pages.runs.query import RunQuery


class FilterLink(NamedTuple):
    """A value that leads to the runs that have it too."""

    text: str
    url: str


@dataclass(frozen=True)
class Row:
    """What is shown of a run; ``why`` says what holds it or made it fail, where that is known without asking."""

    run: Workflow
    name: str
    url: str
    short_id: str
    state: SafeString
    phase: str
    why: str
    progress: SafeString
    definition: FilterLink
    labels: list[FilterLink]
    who: FilterLink | None
    record_url: str


class RowMaker:
    """Makes the rows of one list, whose links keep its filter."""

    def __init__(self, query: RunQuery, url_of: Address, *, links_records: bool) -> None:
        self.query, self.url_of, self.links_records = query, url_of, links_records

    def row(self, run: Workflow) -> Row:
        """Show a run."""
        who = run.created_by_name
        return Row(
            run,
            name_of(run),
            run_url(run.pk),
            short_id(run.pk),
            state_of(run),
            "" if run.finished_at else phase_of(run),
            why(run),
            progress(run.done, run.total),
            self._link(run.definition.title, "definition", run.definition_name),
            [self._link(f"{key}: {value}", "label", f"{key}:{value}") for key, value in sorted(run.labels.items())],
            self._link(who, "created_by", who) if who else None,
            reverse("admin:workflows_workflow_change", args=[run.pk]) if self.links_records else "",
        )

    def _link(self, text: str, name: str, value: str) -> FilterLink:
        return FilterLink(text, self.url_of(self.query.with_part(name, value)))


def short_id(workflow_id: UUID) -> str:
    """Give the end of an id: the beginning is the time, which neighbours in a list share."""
    return str(workflow_id)[-8:]


def why(run: Workflow) -> str:
    """Say, of what stands in the run itself, why it failed or for how long it is held."""
    if run.error:
        step, message = run.error.get("step"), str(run.error.get("message", ""))
        return _("at %(step)s: %(message)s") % {"step": step, "message": message} if step else message
    if run.hold_until:
        return _("held until %(time)s") % {"time": to_the_second(run.hold_until)}
    return ""
