"""The reasons that runs in several states have in common: what is in flight, and missing parts of the portal."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from workflows.engine.unconfirmed import STOP_TIMEOUT
from workflows.models import Step
from workflows.selectors.explain_facts import Facts
from workflows.states import RunState


@dataclass(frozen=True)
class Reason:
    """One thing that keeps a run where it is, or moves it; ``until`` when it ends by itself, where that is known."""

    code: str
    message: str
    what_would_move_it: str
    step_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None


def in_flight(facts: Facts) -> Iterator[Reason]:
    """Name the steps that attempts hold: those that run, and those that wait for an older attempt to end."""
    for step in facts.running:
        yield Reason(
            "step_running",
            _("The step %(step)s runs%(progress)s.") % {"step": step.wire_id, "progress": _progress(step)},
            _("It goes on by itself."),
            step.wire_id,
            since=step.started_at,
        )
    for step in facts.held:
        yield _old_attempt(facts, step)
    if (more := facts.run.in_flight - len(facts.running) - len(facts.held)) > 0:
        yield Reason(
            "more_in_flight",
            ngettext("%(count)d attempt more is in flight.", "%(count)d attempts more are in flight.", more)
            % {"count": more},
            _("They end by themselves; the list of steps names them."),
        )


def _old_attempt(facts: Facts, step: Step) -> Reason:
    """Explain a step that an attempt still holds although it was taken away from it."""
    asked: datetime | None = getattr(step, "stop_requested_at", None)
    is_over = facts.run.status == RunState.CANCELLED
    return Reason(
        "stopping" if is_over else "waits_for_old_attempt",
        _("An attempt at the step %(step)s was told to stop and has not said yet that it did.") % {"step": step.wire_id}
        if is_over
        else _("The step %(step)s waits until its old attempt has ended: it still holds the lease.")
        % {"step": step.wire_id},
        _("The attempt ends, or its worker is found dead, or it is given up as not confirmed."),
        step.wire_id,
        since=asked,
        until=asked + STOP_TIMEOUT if asked else None,
    )


def surroundings(facts: Facts) -> Iterator[Reason]:
    """Name the parts of the portal that are missing, where the run has need of them."""
    run = facts.run
    if run.status != RunState.RUNNING and not run.in_flight and not run.hold_until:
        return
    if not facts.live_workers and run.status == RunState.RUNNING:
        yield Reason("no_live_worker", _("No worker is alive."), _("Start one: manage.py worker"))
    if not facts.broker_answers:
        yield Reason(
            "broker_down",
            _("The broker cannot be reached, so no worker hears of work that is ready."),
            _("Start the broker; what is ready is announced again as soon as it answers."),
        )
    if not facts.clock_ticks:
        yield Reason(
            "clock_not_ticking",
            _("No clock ticks: back-offs, holds and deadlines do not end, and lost work is not found."),
            _("Start one: manage.py clock"),
        )


def _progress(step: Step) -> str:
    told: dict[str, Any] = step.progress or {}
    if not told:
        return ""
    note = f", {told['note']}" if told.get("note") else ""
    return _(" (%(done)s of %(total)s%(note)s)") % {
        "done": told.get("done", "–"),
        "total": told.get("total", "–"),
        "note": note,
    }
