"""A scale in time: where a moment stands between the beginning and the end, and where the ticks are.

Standard library only.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

_STEPS = (
    *(0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30),
    *(60, 120, 300, 600, 900, 1_800),
    *(3_600, 7_200, 10_800, 21_600, 43_200),
    *(86_400, 172_800, 604_800),
)
MOST_TICKS = 8


@dataclass(frozen=True)
class Tick:
    """A mark on the scale: its place in percent, and the seconds since the beginning.

    Fine ones are less than a second apart.
    """

    at: float
    seconds: float
    is_fine: bool

    @property
    def label(self) -> str:
        """Write the time since the beginning as a clock does; between fine ticks with what is below a second."""
        if self.is_fine:
            return f"{round(self.seconds * 1000)} ms" if self.seconds < 1 else f"{self.seconds:g} s"
        whole = round(self.seconds)
        days, rest = divmod(whole, 86_400)
        hours, rest = divmod(rest, 3_600)
        minutes, seconds = divmod(rest, 60)
        if days:
            return f"{days} d" if not hours else f"{days} d {hours}:00"
        return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


@dataclass(frozen=True)
class Scale:
    """From ``begin`` to ``end``, in percent of the width."""

    begin: datetime
    end: datetime

    @property
    def seconds(self) -> float:
        """How long it is; never nothing."""
        return max((self.end - self.begin).total_seconds(), 0.01)

    def at(self, moment: datetime) -> float:
        """Give the place of a moment; what is before or after stands at the edge."""
        share = (moment - self.begin).total_seconds() / self.seconds
        return round(100 * min(1.0, max(0.0, share)), 3)

    def ticks(self) -> Iterator[Tick]:
        """Give round times, from the beginning on, no more of them than can be read."""
        step = self._step()
        for number in range(int(self.seconds / step) + 1):
            yield Tick(self.at(self.begin + timedelta(seconds=number * step)), round(number * step, 3), step < 1)

    def _step(self) -> float:
        for step in _STEPS:
            if self.seconds / step <= MOST_TICKS:
                return step
        return _STEPS[-1] * (int(self.seconds / _STEPS[-1] / MOST_TICKS) + 1)
