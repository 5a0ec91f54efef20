"""Runs at a glance: how many are in each state that is not over, and the newest of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db.models import QuerySet, Value

from workflows.models import Workflow
from workflows.selectors.bounded import UpTo, count_of, read_together, up_to
from workflows.states import RunState

COUNTED: Final = 1_000
"""Runs of a state that are counted; of more it is said that there are more."""


@dataclass(frozen=True)
class Overview:
    """The newest runs of each state, and those that were named; all with their definitions."""

    counts: Mapping[RunState, UpTo]
    by_state: Mapping[RunState, list[Workflow]]
    named: list[Workflow]


def state_counts(states: Sequence[RunState]) -> dict[RunState, UpTo]:
    """Count runs by state in one statement, up to a bound."""
    found = read_together([count_of(Workflow.objects.filter(status=state), COUNTED) for state in states])
    return {state: up_to(number, COUNTED) for state, number in zip(states, found, strict=True)}


def overview(most: Mapping[RunState, int], named: Sequence[UUID] = ()) -> Overview:
    """Read so many of the newest runs of each state, and those named, in three statements."""
    ids = _newest_ids(most)
    rows = Workflow.objects.filter(pk__in=[*ids, *named]).select_related("definition")
    runs = {run.pk: run for run in rows.defer("input", "output", "definition__input_schema", "definition__description")}
    by_state: dict[RunState, list[Workflow]] = {state: [] for state in most}
    for pk in sorted(ids, reverse=True):
        # Between the two statements a run may have gone on to another state.
        if pk in runs and runs[pk].status == ids[pk]:
            by_state[ids[pk]].append(runs[pk])
    return Overview(state_counts(tuple(most)), by_state, [runs[pk] for pk in named if pk in runs])


def _newest_ids(most: Mapping[RunState, int]) -> dict[UUID, RunState]:
    arms = [_newest(state, number) for state, number in most.items()]
    return {pk: RunState(status) for pk, status in arms[0].union(*arms[1:], all=True)} if arms else {}


def _newest(state: RunState, number: int) -> QuerySet[Workflow, tuple[UUID, str]]:
    newest = Workflow.objects.filter(status=state).order_by("-pk").values("pk")[:number]
    # One level deeper, since not every database takes a limit inside a union.
    rows = Workflow.objects.filter(pk__in=newest).order_by()
    return rows.annotate(state=Value(state.value)).values_list("pk", "state")
