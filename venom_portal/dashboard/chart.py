"""The chart of the last hours, as the geometry of an SVG: attributes only."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.urls import reverse
from django.utils.http import urlencode

from workflows.models.workflow import STATE_LABELS
from workflows.selectors.activity import COUNTED, Hour
from workflows.states import RunState

WIDTH, HEIGHT = 720, 140
_GAP: Final = 4
STACKED: Final = (
    RunState.FAILED,
    RunState.CANCELLED,
    RunState.PAUSED,
    RunState.IDLE,
    RunState.RUNNING,
    RunState.COMPLETED,
)
"""From the bottom: what somebody should look at stands on the line, where heights are compared best."""


@dataclass(frozen=True)
class Bar:
    """A part of a column: the runs of one state."""

    state: RunState
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Column:
    """One hour: its bars, its numbers in the order of the legend, and the runs that it stands for."""

    hour: Hour
    bars: list[Bar]
    numbers: list[str]
    url: str


@dataclass(frozen=True)
class Chart:
    """The columns, the oldest first; ``highest`` is what the full height stands for."""

    columns: list[Column]
    highest: int
    legend: list[tuple[RunState, str, int]]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to be drawn."""
        return self.highest == 0


def chart_of(hours: Sequence[Hour]) -> Chart:
    """Lay out the hours."""
    highest = max((hour.total for hour in hours), default=0)
    width = WIDTH / max(len(hours), 1)
    columns = [_column(hour, number * width, width - _GAP, highest) for number, hour in enumerate(hours)]
    totals = {state: sum(hour.counts[state] for hour in hours) for state in STACKED}
    return Chart(columns, highest, [(state, str(STATE_LABELS[state]), totals[state]) for state in STACKED])


def _column(hour: Hour, x: float, width: float, highest: int) -> Column:
    bars, floor = [], float(HEIGHT)
    for state in STACKED:
        if count := hour.counts[state]:
            height = count / highest * HEIGHT
            floor -= height
            bars.append(Bar(state, round(x, 2), round(floor, 2), round(width, 2), round(height, 2)))
    query = urlencode({"since": hour.since.isoformat(), "until": hour.until.isoformat()})
    numbers = [_number(hour.counts[state]) for state in STACKED]
    return Column(hour, bars, numbers, f"{reverse('console:runs')}?{query}")


def _number(count: int) -> str:
    return f"{count}+" if count >= COUNTED else str(count)
