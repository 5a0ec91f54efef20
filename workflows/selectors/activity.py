"""How many runs were created in each of the last hours, and where they stand now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from workflows.models import Workflow
from workflows.run_filter import RunFilter, filtered_runs
from workflows.selectors.bounded import count_of, read_together
from workflows.states import RunState

HOURS: Final = 24
COUNTED: Final = 10_000
"""Runs that are counted for an hour and a state; more than these are not looked at."""


@dataclass(frozen=True)
class Hour:
    """One hour; ``counts`` by the state of now, each at most ``COUNTED``."""

    since: datetime
    until: datetime
    counts: Mapping[RunState, int]

    @property
    def total(self) -> int:
        """All of its runs."""
        return sum(self.counts.values())


def activity(now: datetime) -> list[Hour]:
    """Count the runs of the last hours, the oldest first, in one statement that reads an index alone."""
    end = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    starts = [end - timedelta(hours=number) for number in range(HOURS, 0, -1)]
    places = [(start, state) for start in starts for state in RunState]
    found = read_together([count_of(_created_in(start, state), COUNTED) for start, state in places])
    counted = dict(zip(places, (min(number, COUNTED) for number in found), strict=True))
    return [_hour(start, {state: counted[start, state] for state in RunState}) for start in starts]


def _hour(start: datetime, counts: Mapping[RunState, int]) -> Hour:
    return Hour(start, _last_moment(start), counts)


def _created_in(start: datetime, state: RunState) -> QuerySet[Workflow, Workflow | UUID]:
    return filtered_runs(RunFilter(status=[state], since=start, until=_last_moment(start)))


def _last_moment(start: datetime) -> datetime:
    """Give the last millisecond of an hour: filters by time include their ends."""
    return start + timedelta(hours=1) - timedelta(milliseconds=1)
