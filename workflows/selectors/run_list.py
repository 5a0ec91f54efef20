"""What the list of runs is surrounded by, in one statement however many runs there are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.db.models import QuerySet

from workflows.models import SavedView, Workflow
from workflows.run_filter import RunFilter, filtered_runs
from workflows.selectors.bounded import NONE, NOTHING, Sample, Scalar, UpTo, count_of, read_together, up_to, value_of
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
    """Count around a list; ``newest``: its first run, ``views_of``: the user whose own view is looked up.

    Where nothing but the state is filtered by, an index counts each state by itself. Else the newest runs that fit are
    read once, and when these are not all, every number is a lower bound.
    """
    rows, sample = filtered_runs(replace(wanted, status=(), not_status=())), None
    if rows.query.where:
        sample = Sample(rows, "status", MOST_COUNTED)
    views = SavedView.objects.filter(user=views_of, is_default=True)
    *numbers, default_query = read_together(
        [
            *((sample.count(state) for state in RunState) if sample else _by_state(rows, MOST_COUNTED)),
            _newer(wanted, newest),
            *(count_of(filtered_runs(other), MOST_COUNTED) for other in others),
            value_of(views, "query") if views_of else NOTHING,
        ],
        sample,
    )
    states = len(RunState)
    return Surroundings(
        _lower_bounds(numbers[:states]) if sample else _each_up_to_the_bound(numbers[:states]),
        up_to(numbers[states], MOST_NEW),
        [up_to(number, MOST_COUNTED) for number in numbers[states + 1 :]],
        default_query,
    )


def numbers_by_state(rows: QuerySet[Workflow], most: int) -> dict[RunState, int]:
    """Count runs by state; none further than to ``most + 1``."""
    return dict(zip(RunState, read_together(_by_state(rows, most)), strict=True))


def _by_state(rows: QuerySet[Workflow], most: int) -> list[Scalar]:
    return [count_of(rows.filter(status=state), most) for state in RunState]


def _each_up_to_the_bound(numbers: Sequence[int]) -> dict[RunState, UpTo]:
    return {state: up_to(number, MOST_COUNTED) for state, number in zip(RunState, numbers, strict=True)}


def _lower_bounds(numbers: Sequence[int]) -> dict[RunState, UpTo]:
    is_more = sum(numbers) > MOST_COUNTED
    return {state: UpTo(min(number, MOST_COUNTED), is_more) for state, number in zip(RunState, numbers, strict=True)}


def _newer(wanted: RunFilter, newest: UUID | None) -> Scalar:
    if newest is None:
        return NONE
    return count_of(filtered_runs(wanted).filter(pk__gt=newest), MOST_NEW)
