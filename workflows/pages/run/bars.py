"""The bars of a timeline: what came of an attempt, from when to when, in percent and in words."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from workflows.admin.shown import icon_of, to_the_second, took
from workflows.models.attempt import ATTEMPT_STATE_LABELS
from workflows.models.step import STEP_STATE_LABELS
from workflows.pages.run.time_scale import Scale
from workflows.selectors.run_times import StepTimes, TimedAttempt
from workflows.states import AttemptState, StepState

WAITS = "waits"
_LEAST = 0.25
"""In percent: a bar that is shorter could not be seen."""


@dataclass(frozen=True)
class Bar:
    """A piece of a lane. ``waited`` and ``took`` say the same in words, for the table."""

    x: float
    width: float
    status: str
    icon: str
    title: str
    name: str = ""
    words: str = ""
    begin: datetime | None = None
    end: datetime | None = None
    waited: str = ""
    took: str = ""


def bars_of(times: StepTimes, scale: Scale, now: datetime) -> list[Bar]:
    """Give the bars of a step: before each attempt the time in which it could have begun, and the one it has now."""
    bars: list[Bar] = []
    for attempt in times.attempts:
        bars += _bars_of_attempt(attempt, scale, now)
    if times.waits_since:
        words = str(STEP_STATE_LABELS[StepState(times.step.status)])
        begin = min(times.waits_since, now)
        bars.append(_bar(scale, begin, now, WAITS, icon_of(times.step.status), words))
    return bars


def running_bars(times: StepTimes, scale: Scale, now: datetime) -> list[Bar]:
    """Give the one bar of a fan-out, from the beginning of its first item to the end of its last."""
    items = times.items
    begin = times.step.started_at or (items and items.begin)
    if not (items and begin):
        return []
    counts = _("%(done)s of %(total)s") % {"done": items.done, "total": items.total}
    status = times.step.status
    end = times.step.finished_at or (now if status == StepState.RUNNING else items.end or now)
    words = f"{STEP_STATE_LABELS[StepState(status)]}, {counts}"
    shown = StepState.FAILED if items.failed else status
    return [_bar(scale, begin, end, shown, icon_of(shown), words, lasted=_length(begin, end), name=counts)]


def _bars_of_attempt(attempt: TimedAttempt, scale: Scale, now: datetime) -> list[Bar]:
    row = attempt.row
    assert row.started_at is not None  # noqa: S101 (only such are read)
    end = row.finished_at or now
    words = str(ATTEMPT_STATE_LABELS[AttemptState(row.status)])
    waited = _length(attempt.ready_at, row.started_at) if attempt.ready_at else ""
    bars = []
    if attempt.ready_at and row.started_at > attempt.ready_at:
        title = _("waited %(time)s") % {"time": waited}
        bars.append(_bar(scale, attempt.ready_at, row.started_at, WAITS, "", title))
    lasted = _length(row.started_at, end)
    name = _("%(attempt)s, replay") % {"attempt": row} if row.is_replay else str(row)
    facts = _bar(
        scale, row.started_at, end, row.status, icon_of(row.status), words, name=name, waited=waited, lasted=lasted
    )
    return [*bars, facts]


def _bar(
    scale: Scale,
    begin: datetime,
    end: datetime,
    status: str,
    icon: str,
    words: str,
    *,
    name: str = "",
    waited: str = "",
    lasted: str = "",
) -> Bar:
    x = scale.at(begin)
    width = max(scale.at(end) - x, 0.0 if status == WAITS else _LEAST)
    span = f"{to_the_second(begin)} – {to_the_second(end)}"
    title = " · ".join(filter(None, (name, words, lasted, span)))
    return Bar(min(x, 100 - width), round(width, 3), status, icon, title, name, words, begin, end, waited, lasted)


def _length(begin: datetime, end: datetime) -> str:
    """Write how long something was, as the administration does."""
    return took(_Lasted(begin, end))


@dataclass(frozen=True)
class _Lasted:
    started_at: datetime
    finished_at: datetime
