"""What would come of a bulk operation, judged by the states of its runs alone: at once, however many they are.

What depends on a run's steps is found out by a dry run, which looks at each.
"""

from collections.abc import Mapping
from typing import NamedTuple

from workflows.models import Workflow
from workflows.models.bulk import BulkResult
from workflows.operations.bulk.part import result_of_refusal
from workflows.operations.catalogue import verb_of
from workflows.operations.errors import Refused
from workflows.operations.recipe import check_state
from workflows.states import Operation, RunState


class StateOutlook(NamedTuple):
    """How so many runs in one state would fare; ``why_not`` is empty where nothing speaks against it."""

    state: RunState
    number: int
    result: BulkResult
    why_not: str


def outlook_of(operation: Operation, numbers: Mapping[RunState, int]) -> list[StateOutlook]:
    """Say it for each state in which there are runs."""
    return [_of_state(operation, state, number) for state, number in numbers.items() if number]


def _of_state(operation: Operation, state: RunState, number: int) -> StateOutlook:
    try:
        check_state(Workflow(status=state), verb_of(operation))
    except Refused as refusal:
        result = result_of_refusal(operation, state, refusal.code)
        return StateOutlook(state, number, result, refusal.message)
    return StateOutlook(state, number, BulkResult.DONE, "")
