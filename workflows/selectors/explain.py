"""Why a run moves or does not, in codes and in words, and what would move it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from workflows.models import Step, Workflow
from workflows.selectors.explain_facts import Facts, facts_of
from workflows.selectors.explain_pressure import queues_not_served, waits_for_place
from workflows.selectors.explain_reasons import Reason, in_flight, surroundings
from workflows.selectors.runs import run_of
from workflows.states import Admission, RunState


@dataclass(frozen=True)
class Explanation:
    """Where a run stands, whether work goes on, and why."""

    run: Workflow
    moving: bool
    reasons: list[Reason]


def explain(workflow_id: UUID | str, *, broker_answers: bool) -> Explanation:
    """Explain a run; whether the broker answers is the caller's to find out.

    Raises:
        Missing: there is no such run.
    """
    return explain_run(run_of(workflow_id), broker_answers=broker_answers)


def explain_run(run: Workflow, *, broker_answers: bool) -> Explanation:
    """Explain a run that was read already."""
    return explain_facts(facts_of(run, broker_answers=broker_answers))


def explain_facts(facts: Facts) -> Explanation:
    """Explain a run of which is known already what matters."""
    state = RunState(facts.run.status)
    reasons = [*_STATES[state](facts), *in_flight(facts), *surroundings(facts)]
    return Explanation(facts.run, _is_moving(facts), reasons)


def _is_moving(facts: Facts) -> bool:
    """Tell whether somebody works on it now, or is about to."""
    claims = facts.may_start_steps and facts.due > 0
    return facts.live_workers > 0 and (facts.run.in_flight > 0 or claims)


def _idle(facts: Facts) -> Iterator[Reason]:
    yield Reason("not_started", _("It has not been started."), _("Start it."), since=facts.run.created_at)


def _paused(facts: Facts) -> Iterator[Reason]:
    run, hold = facts.run, facts.run.hold or {}
    said = _("It was paused by %(who)s.") % {"who": hold.get("by") or "–"}
    if hold.get("reason"):
        said = _("%(paused)s The reason given: %(reason)s") % {"paused": said, "reason": hold["reason"]}
    moves = _("Resume it.")
    if run.hold_until and hold.get("then") == "resume":
        moves = _("It resumes by itself when the hold ends; or resume it now.")
    yield Reason("paused", said, moves, since=run.paused_at, until=run.hold_until)
    if run.in_flight:
        yield Reason(
            "draining",
            ngettext(
                "%(count)d attempt that had begun before has yet to end.",
                "%(count)d attempts that had begun before have yet to end.",
                run.in_flight,
            )
            % {"count": run.in_flight},
            _("Nothing has to be done: their results are kept and count when the run is resumed."),
            since=run.paused_at,
        )


def _running(facts: Facts) -> Iterator[Reason]:
    if facts.run.error is not None:
        yield _draining_after_failure(facts)
        return
    if facts.run.admission == Admission.WAITING:
        yield from waits_for_place(facts)
        return
    for step in facts.backing_off:
        yield Reason(
            "backoff",
            _("The step %(step)s failed (%(error)s) and will be tried again.") % _failure(step),
            _("Nothing has to be done: it is due again when its back-off ends."),
            step.wire_id,
            until=step.due_at,
        )
    if facts.due:
        yield _waits_for_worker(facts)
    yield from queues_not_served(facts)
    if facts.pending:
        yield _waits_for_steps(facts)


def _draining_after_failure(facts: Facts) -> Reason:
    error: dict[str, Any] = facts.run.error or {}
    return Reason(
        "draining_after_failure",
        _("%(step)s failed for good (%(code)s: %(message)s): nothing new starts; the run fails when what runs ends.")
        % {**error, "step": error["step"] or _("The run")},
        _("Skip the failed step, or wait until the run has failed and retry it."),
        error["step"],
    )


def _waits_for_worker(facts: Facts) -> Reason:
    return Reason(
        "waits_for_worker",
        ngettext(
            "%(count)d step is ready and waits for a worker.",
            "%(count)d steps are ready and wait for a worker.",
            facts.due,
        )
        % {"count": facts.due},
        _("A worker that is free takes it; more workers take more at once.")
        if facts.live_workers
        else _("Start a worker: manage.py worker"),
        since=facts.due_since,
    )


def _waits_for_steps(facts: Facts) -> Reason:
    before = [*facts.running, *facts.first_due, *facts.backing_off, *facts.held]
    names = ", ".join(step.wire_id for step in before) or "–"
    return Reason(
        "waits_for_steps",
        ngettext(
            "%(count)d step waits for others to be done; those come first: %(steps)s.",
            "%(count)d steps wait for others to be done; those come first: %(steps)s.",
            facts.pending,
        )
        % {"count": facts.pending, "steps": names},
        _("They start as soon as the steps that they need are done."),
    )


def _cancelled(facts: Facts) -> Iterator[Reason]:
    run = facts.run
    yield Reason("cancelled", _("It was cancelled."), _("Retry it, or restart it."), since=run.finished_at)
    if facts.unconfirmed:
        yield Reason(
            "stop_unconfirmed",
            ngettext(
                "%(count)d attempt was told to stop and never said that it did: its code may still run.",
                "%(count)d attempts were told to stop and never said that they did: their code may still run.",
                facts.unconfirmed,
            )
            % {"count": facts.unconfirmed},
            _("Look at the workers; what it reports changes nothing any more."),
        )


def _completed(facts: Facts) -> Iterator[Reason]:
    yield Reason("completed", _("It is complete."), _("Restart it to run it once more."), since=facts.run.finished_at)


def _failed(facts: Facts) -> Iterator[Reason]:
    error = facts.run.error or {"step": None, "code": "", "message": ""}
    yield Reason(
        "failed",
        _("It failed at %(step)s (%(code)s: %(message)s).") % {**error, "step": error["step"] or "–"},
        _("Retry it once the cause is mended; or skip the step first, then retry."),
        error["step"],
        since=facts.run.finished_at,
    )


_STATES: Final[dict[RunState, Callable[[Facts], Iterator[Reason]]]] = {
    RunState.IDLE: _idle,
    RunState.RUNNING: _running,
    RunState.PAUSED: _paused,
    RunState.COMPLETED: _completed,
    RunState.FAILED: _failed,
    RunState.CANCELLED: _cancelled,
}


def _failure(step: Step) -> dict[str, str]:
    return {"step": step.wire_id, "error": (step.error or {}).get("message", "–")}
