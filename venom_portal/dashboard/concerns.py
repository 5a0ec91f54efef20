"""What needs a person, in the words and with the links of the page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from audit.actor import Actor
from workflows.admin.operations.bar import Button, run_buttons
from workflows.models import Workflow
from workflows.pages.run.addresses import leading_back, run_url
from workflows.selectors.attention import Attention
from workflows.selectors.bounded import UpTo
from workflows.selectors.explain import Explanation
from workflows.selectors.explain_reasons import Reason
from workflows.states import Operation, RunState


@dataclass(frozen=True)
class Concern:
    """One run: why it needs somebody, where that is seen, and what would help; ``None``: nothing that may be done."""

    run: Workflow
    url: str
    reasons: Sequence[Reason]
    step_url: str
    button: Button | None


@dataclass(frozen=True)
class Group:
    """Runs that need somebody for the same kind of reason; ``all_url`` leads to all, where a list has just these."""

    code: str
    title: str
    count: UpTo
    concerns: list[Concern]
    all_url: str


_HELPS: Final = {
    RunState.FAILED: Operation.RETRY,
    RunState.PAUSED: Operation.RESUME,
    RunState.IDLE: Operation.START,
}


def groups_of(found: Attention, actor: Actor) -> list[Group]:
    """Give the groups that are not empty, the gravest first."""
    counts = found.counts
    groups = [
        Group("failed", _("Failed"), counts[RunState.FAILED], _told(found.failed, actor), _all(RunState.FAILED)),
        Group("stuck", _("Stuck"), found.stuck_count, _told(found.stuck, actor), ""),
        Group("paused", _("Paused"), counts[RunState.PAUSED], _told(found.held, actor), _all(RunState.PAUSED)),
        Group("idle", _("Not started"), counts[RunState.IDLE], _told(found.not_started, actor), _all(RunState.IDLE)),
    ]
    return [group for group in groups if group.concerns]


def _told(found: Sequence[Explanation], actor: Actor) -> list[Concern]:
    return [_concern(one, actor) for one in found]


def _concern(found: Explanation, actor: Actor) -> Concern:
    run, home = found.run, run_url(found.run.pk)
    step = next((reason.step_id for reason in found.reasons if reason.step_id), "")
    wanted = _HELPS.get(RunState(run.status))
    buttons = [b for b in run_buttons(actor, run, leading_back(home)) if b.operation is wanted and b.why_not is None]
    return Concern(
        run, home, found.reasons, run_url(run.pk, "steps", step) if step else "", buttons[0] if buttons else None
    )


def _all(state: RunState) -> str:
    return f"{reverse('console:runs')}?{urlencode({'status': state.value})}"
