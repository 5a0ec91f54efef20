"""The tab of the timeline: a lane for each step, and in it a bar for each attempt, waiting and running apart."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.utils import timezone

from workflows.models import Step
from workflows.pages.run.bars import Bar, bars_of, running_bars
from workflows.pages.run.base import RunPage
from workflows.pages.run.time_scale import Scale
from workflows.selectors.paging import Page, Window
from workflows.selectors.run_steps import StepCounts, listed_items, listed_steps
from workflows.selectors.run_times import RunTimes, StepTimes, times_of
from workflows.states import ENDED

STEPS_AT_ONCE, ITEMS_AT_ONCE = 60, 60
LANE, HEAD = 26, 24
"""In pixels: the height of a lane, and of the scale above."""


@dataclass(frozen=True)
class Lane:
    """One step with its bars."""

    step: Step
    y: int
    url: str
    is_selected: bool
    bars: list[Bar]
    times: StepTimes
    toggle_url: str = ""
    is_open: bool = False


@dataclass(frozen=True)
class Band:
    """A time in which the run was paused, in percent."""

    x: float
    width: float


@dataclass(frozen=True)
class Chart:
    """All that is drawn."""

    lanes: list[Lane]
    scale: Scale
    bands: list[Band]
    now: float | None
    height: int
    used: list[str] = field(default_factory=list)


class TimelineTab(RunPage):
    """When what happened in a run. ``?open=`` names the fan-out whose items are shown."""

    tab = "timeline"

    def tab_context(self) -> dict[str, Any]:
        """See ``RunPage``."""
        rows = self._rows
        return {
            "chart": self._chart(rows),
            "is_over": self.is_over,
            "earlier_url": self._neighbour("steps_before", self._page.before, "steps_after"),
            "later_url": self._neighbour("steps_after", self._page.after, "steps_before"),
            "earlier_items_url": self._neighbour("items_before", self._items.before, "items_after"),
            "later_items_url": self._neighbour("items_after", self._items.after, "items_before"),
            "opened": self._open_key,
        }

    @property
    def is_over(self) -> bool:
        """Whether nothing will be drawn any more that is not drawn yet."""
        return self.run.status in ENDED and not self.run.in_flight

    @property
    def _open_key(self) -> str:
        return self.param("open")

    @cached_property
    def _page(self) -> Page[Step]:
        return listed_steps(self.run, StepCounts(Counter(), {}), "", self._window(STEPS_AT_ONCE, "steps"))

    @cached_property
    def _items(self) -> Page[Step]:
        if not any(step.is_map and step.key == self._open_key for step in self._page.rows):
            return Page([], None, None)
        return listed_items(self.run, self._open_key, "", self._window(ITEMS_AT_ONCE, "items"))

    @property
    def _rows(self) -> list[Step]:
        """The steps of the page, the items of the open fan-out behind it."""
        rows: list[Step] = []
        for step in self._page.rows:
            rows.append(step)
            if step.is_map and step.key == self._open_key:
                rows += self._items.rows
        return rows

    def _chart(self, rows: list[Step]) -> Chart:
        now = timezone.now()
        times = times_of(self.run, rows)
        scale = Scale(times.begin, self._end(times, now))
        lanes = [self._lane(number, step, scale, now) for number, step in enumerate(times.steps)]
        bands = [
            Band(scale.at(pause.begin), _wide(scale, pause.begin, pause.end or scale.end)) for pause in times.pauses
        ]
        used = list(dict.fromkeys(bar.status for lane in lanes for bar in lane.bars))
        return Chart(lanes, scale, bands, None if self.is_over else scale.at(now), HEAD + LANE * len(lanes) + 4, used)

    def _end(self, times: RunTimes, now: datetime) -> datetime:
        if not self.is_over:
            return now
        ends = [attempt.row.finished_at for step in times.steps for attempt in step.attempts if attempt.row.finished_at]
        return max([*ends, *filter(None, (self.run.finished_at, self.run.settled_at))], default=now)

    def _lane(self, number: int, times: StepTimes, scale: Scale, now: datetime) -> Lane:
        step = times.step
        is_open = step.is_map and step.key == self._open_key
        can_open = step.is_map and bool(times.items and times.items.total)
        return Lane(
            step,
            HEAD + number * LANE,
            url=self.here(step=step.wire_id),
            is_selected=step.wire_id == self.step_id,
            bars=running_bars(times, scale, now) if step.is_map else bars_of(times, scale, now),
            times=times,
            toggle_url=self.here(open=None if is_open else step.key, items_after=None, items_before=None)
            if can_open
            else "",
            is_open=is_open,
        )

    def _window(self, size: int, prefix: str) -> Window:
        before = self.number(f"{prefix}_before")
        return Window(size, after=None if before is not None else self.number(f"{prefix}_after"), before=before)

    def _neighbour(self, name: str, key: Any, other: str) -> str:
        return "" if key is None else self.here(**{name: str(key), other: None})


def _wide(scale: Scale, begin: datetime, end: datetime) -> float:
    return round(scale.at(end) - scale.at(begin), 3)
