"""The steps of a run at some time in its past, as values that events change. Standard library only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from workflows.graph import Graph, Json
from workflows.reset_plan import Reset, StepView
from workflows.states import SkipReason, StepState

_LEFT_OUT = (SkipReason.CONDITION_FALSE, SkipReason.NEED_SKIPPED)


class Told(NamedTuple):
    """An event as it is stored; ``step`` is a step's id as clients write it."""

    seq: int
    kind: str
    step: str
    data: Mapping[str, Json]
    at: datetime


@dataclass
class PastStep:
    """One step of the graph at that time; ``items`` are the states of an opened fan-out's items, by their index."""

    status: StepState = StepState.PENDING
    skip_reason: str = ""
    attempts: int = 0
    started_at: datetime | None = None
    finished_at: datetime | None = None
    items: list[StepState] | None = None

    @property
    def is_passed_over(self) -> bool:
        """Whether an operator skipped it."""
        return self.skip_reason == SkipReason.OPERATOR


@dataclass
class PastSteps:
    """The steps by key; at first nothing of them has run."""

    graph: Graph
    steps: dict[str, PastStep] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.steps = {key: PastStep() for key in self.graph.nodes}

    def turn(self, event: Told, status: StepState) -> tuple[PastStep, int | None]:
        """Put the step or item of an event into a state; give its step, and its index where it is an item."""
        key, index = place_of(event.step)
        step = self.steps[key]
        if index is None:
            step.status = status
        elif step.items is not None and index < len(step.items):
            step.items[index] = status
        return step, index

    def end(self, event: Told, status: StepState) -> tuple[PastStep, int | None]:
        """Do the same, and note that it has ended."""
        step, index = self.turn(event, status)
        if index is None:
            step.finished_at = event.at
        return step, index

    def state_of(self, event: Told) -> StepState:
        """Give the state of the step or item that an event is about."""
        key, index = place_of(event.step)
        step = self.steps[key]
        if index is None:
            return step.status
        return step.items[index] if step.items and index < len(step.items) else StepState.PENDING

    def has_failed(self) -> bool:
        """Tell whether any step or item has failed for good."""
        return any(
            step.status == StepState.FAILED or StepState.FAILED in (step.items or ()) for step in self.steps.values()
        )

    def turn_all(self, states: frozenset[StepState], to: StepState) -> None:
        """Put all steps and items in some states into another one."""
        for step in self.steps.values():
            step.status = to if step.status in states else step.status
            if step.items is not None:
                step.items = [to if state in states else state for state in step.items]

    def put_back(self, reset: Reset) -> None:
        """Put steps and items back to before they ran; numbers of attempts go on."""
        for key in reset.whole:
            self.steps[key] = PastStep(attempts=self.steps[key].attempts)
        for key, indices in reset.items.items():
            step = self.steps[key]
            step.status, step.finished_at = StepState.RUNNING, None
            step.items = [
                StepState.READY if index in indices else state for index, state in enumerate(step.items or [])
            ]


def view_of(step: PastStep) -> StepView:
    """Say of a step what a reset needs to know."""
    items = tuple(step.items) if step.items else None
    return StepView(step.status, items, step.skip_reason in _LEFT_OUT, step.is_passed_over)


def place_of(step: str) -> tuple[str, int | None]:
    """Read a step's id: its key, and its index where it is an item of a fan-out."""
    key, bracket, index = step.removesuffix("]").partition("[")
    return key, int(index) if bracket else None
