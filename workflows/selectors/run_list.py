"""What the list of runs is surrounded by, in one statement however many runs there are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.db.models import QuerySet

from workflows.models import SavedView, Workflow
from workflows.run_filter import RunFilter, filtered_runs
from workflows.selectors.bounded import NONE, NOTHING, Scalar, UpTo, count_of, read_together, up_to, value_of
from workflows.states import RunState

MOST_COUNTED = 10_000
MOST_NEW = 99


@dataclass(frozen=True)
class Surroundings:
    """What a list is surrounded by.

    ``by_state``: how many runs fit but for their state. ``new``: how many are newer than the list. ``others``: how many
    each of some other filters would show. ``default_query``: that of the user's own view.
    """

    by_state: Mapping[RunState, UpTo]
    new: UpTo
    others: list[UpTo]
    default_query: str | None

    def number_in(self, states: Sequence[RunState]) -> UpTo:
        """How many are in one of these states."""
        return sum((self.by_state[state] for state in states), UpTo(0))


def surroundings_of(
    wanted: RunFilter, newest: UUID | None = None, others: Sequence[RunFilter] = (), views_of: int | None = None
) -> Surroundings:
    """Count around a list; ``newest``: its first run, ``views_of``: the user whose own view is looked up."""
    views = SavedView.objects.filter(user=views_of, is_default=True)
    *numbers, default_query = read_together(
        [
            *(count_of(rows, MOST_COUNTED) for rows in _by_state(wanted)),
            _newer(wanted, newest),
            *(count_of(filtered_runs(other), MOST_COUNTED) for other in others),
            value_of(views, "query") if views_of else NOTHING,
        ]
    )
    states = len(RunState)
    return Surroundings(
        {state: up_to(number, MOST_COUNTED) for state, number in zip(RunState, numbers, strict=False)},
        up_to(numbers[states], MOST_NEW),
        [up_to(number, MOST_COUNTED) for number in numbers[states + 1 :]],
        default_query,
    )


def numbers_by_state(rows: QuerySet[Workflow], most: int) -> dict[RunState, int]:
    """Count runs by state; none further than to ``most + 1``."""
    selections = (rows.filter(status=state) for state in RunState)
    return dict(zip(RunState, read_together([count_of(rows, most) for rows in selections]), strict=True))


def _by_state(wanted: RunFilter) -> list[QuerySet[Workflow]]:
    rows = filtered_runs(replace(wanted, status=(), not_status=()))
    return [rows.filter(status=state) for state in RunState]


def _newer(wanted: RunFilter, newest: UUID | None) -> Scalar:
    if newest is None:
        return NONE
    return count_of(filtered_runs(wanted).filter(pk__gt=newest), MOST_NEW)
