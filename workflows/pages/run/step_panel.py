"""The selected step, beside whatever tab is open."""

from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from audit.actor import Actor
from workflows.admin.operations.bar import Button, step_buttons
from workflows.admin.shown import json_text
from workflows.event_words import SKIP_REASONS
from workflows.models import Attempt, Step, Workflow
from workflows.pages.run.addresses import leading_back, run_url
from workflows.selectors.errors import Missing
from workflows.selectors.step_details import StepDetail, step_of_run

MOST_ATTEMPTS = 20


class Need(NamedTuple):
    """A step that the selected one needs."""

    key: str
    url: str


@dataclass(frozen=True)
class Panel:
    """What is known of a step; ``detail`` is ``None`` where the run has none of this id.

    ``record_url`` is empty where the reader does not see the records.
    """

    workflow_id: UUID
    step_id: str
    tab: str
    detail: StepDetail | None = None
    buttons: tuple[Button, ...] = ()
    record_url: str = ""

    @property
    def row(self) -> Step | None:
        """The step itself."""
        return self.detail.row if self.detail else None

    @property
    def message(self) -> str:
        """What to say where there is no such step."""
        return _("The run has no step %(step)s.") % {"step": self.step_id}

    @property
    def attempts(self) -> list[Attempt]:
        """The attempts, the latest first."""
        return latest_first(self.detail) if self.detail else []

    @property
    def needs(self) -> list[Need]:
        """The steps that it needs, on the same tab."""
        keys = self.detail.node.needs if self.detail else ()
        return [Need(key, run_url(self.workflow_id, self.tab, key)) for key in keys]

    @property
    def skip_reason(self) -> str:
        """Why it was skipped, in words."""
        return str(SKIP_REASONS[self.row.skip_reason]) if self.row and self.row.skip_reason else ""

    @property
    def logs_url(self) -> str:
        """Where its log is."""
        return f"{run_url(self.workflow_id, 'logs', self.step_id)}&{urlencode({'of': self.step_id})}"

    @property
    def data_url(self) -> str:
        """Where its values are."""
        return run_url(self.workflow_id, "data", self.step_id)

    @property
    def input(self) -> str:
        """The arguments over as many lines as they need."""
        return json_text(self.detail.input) if self.detail else ""

    @property
    def output(self) -> str:
        """The output over as many lines as it needs."""
        return json_text(self.detail.output) if self.detail else ""


def latest_first(detail: StepDetail) -> list[Attempt]:
    """Give the attempts at a step, the latest first."""
    return list(reversed(detail.attempts))


def detail_of(run: Workflow, step_id: str) -> StepDetail | None:
    """Read the selected step; ``None``: the run has none of this id."""
    try:
        detail = step_of_run(run, step_id, most_attempts=MOST_ATTEMPTS)
    except Missing:
        return None
    detail.row.workflow = run
    return detail


def panel_of(run: Workflow, actor: Actor, step_id: str, detail: StepDetail | None, tab: str, back: str) -> Panel:
    """Give the panel of a step beside a tab; its operations lead back to this page."""
    buttons = step_buttons(actor, detail.row, leading_back(back)) if detail else []
    return Panel(run.pk, step_id, tab, detail, tuple(buttons), _record_url(detail, actor))


def _record_url(detail: StepDetail | None, actor: Actor) -> str:
    sees_records = bool(actor.user and actor.user.is_staff)
    return reverse("admin:workflows_step_change", args=[detail.row.pk]) if detail and sees_records else ""
