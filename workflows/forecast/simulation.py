"""Which steps a run would run if it went on, and which it would keep, skip or cannot tell yet.

A pure decision; standard library only. It assumes that every step that runs succeeds.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from workflows.forecast.known_values import NOT_A_LIST, KnownValues
from workflows.graph import MAP, Graph, Json, Node
from workflows.reset_plan import Reset, StepView
from workflows.states import CLAIMABLE, DONE, StepState


class Action(StrEnum):
    """What would become of a step."""

    RUN = "run"
    SKIP = "skip"
    KEEP = "keep"
    """It is done, and keeps its output."""
    HOLD = "hold"
    """It would not start: the run fails before."""
    FAIL = "fail"
    """It would fail: its fan-out is not over a list."""
    UNKNOWN = "unknown"
    """It hangs on a value that only another step's run will show."""


class Why(StrEnum):
    """The reason for an action."""

    DONE = "done"
    SKIPPED_BEFORE = "skipped_before"
    IN_FLIGHT = "in_flight"
    READY = "ready"
    TRIED_AGAIN = "will_be_tried_again"
    NOT_STARTED = "not_started"
    NAMED = "named"
    NOT_DONE_OR_BELOW = "not_done_or_below"
    CONDITION_FALSE = "condition_false"
    CONDITION_UNKNOWN = "condition_unknown"
    NEED_SKIPPED = "need_skipped"
    NEED_UNKNOWN = "need_unknown"
    NEED_FAILS = "need_fails"
    RUN_FAILS = "run_fails"
    NOT_A_LIST = "not_a_list"


@dataclass(frozen=True)
class Situation:
    """Where a run stands: its steps, the outputs of those that are done, its input.

    ``reset``: what a retry or a restart puts back first, ``named`` the step that it was asked for; ``is_failing``: a
    step has failed for good, and nothing new starts. ``outputs`` has at least those that steps to come take.
    """

    steps: Mapping[str, StepView]
    outputs: Mapping[str, Json] = field(default_factory=dict)
    run_input: Mapping[str, Json] = field(default_factory=dict)
    reset: Reset = field(default_factory=lambda: Reset(frozenset()))
    named: str | None = None
    is_failing: bool = False


@dataclass(frozen=True)
class Simulated:
    """What would become of one step.

    ``condition``: whether it holds, ``None`` where there is none or nobody can know; ``width``: a fan-out's items,
    ``items``: the places of those that would run, ``None`` where that is not known; ``unknown_until``: the keys of the
    steps that have to run before more is known; ``arguments``: what the step would be given (the first of the items
    that would run), ``None`` where not all of it is known.
    """

    key: str
    action: Action
    why: Why
    condition: bool | None = None
    width: int | None = None
    items: tuple[int, ...] | None = None
    unknown_until: tuple[str, ...] = ()
    arguments: Mapping[str, Json] | None = None


def simulate(graph: Graph, situation: Situation) -> list[Simulated]:
    """Say what would become of every step, in the order in which they were written."""
    walk = _Walk(graph, situation)
    for key in graph.order():
        walk.found[key] = walk.look_at(graph.nodes[key])
    return [walk.found[key] for key in graph.nodes]


class _Walk:
    """Goes through the steps, each behind what it needs."""

    def __init__(self, graph: Graph, situation: Situation) -> None:
        self.graph = graph
        self.situation = situation
        self.found: dict[str, Simulated] = {}
        self.below_skipped: set[str] = set()
        self.values = KnownValues(situation.run_input)

    def look_at(self, node: Node) -> Simulated:
        key, reset = node.key, self.situation.reset
        if key in reset.whole:
            return self._begin(node, self._why_again(key))
        if key in reset.items:
            return self._open(node, self._why_again(key), tuple(sorted(reset.items[key])))
        status = self.situation.steps[key].status
        if status in DONE:
            self.values.learn(key, self.situation.outputs.get(key))
            return Simulated(key, Action.KEEP, Why.SKIPPED_BEFORE if status is StepState.SKIPPED else Why.DONE)
        return self._go_on(node, status)

    def _go_on(self, node: Node, status: StepState) -> Simulated:
        """Look at a step that is not done and was not put back."""
        if status is StepState.RUNNING:
            return self._in_flight(node)
        if self.situation.is_failing or status not in (StepState.PENDING, *CLAIMABLE):
            return Simulated(node.key, Action.HOLD, Why.RUN_FAILS)
        if status is StepState.PENDING:
            return self._begin(node, Why.NOT_STARTED)
        return self._run(node, Why.READY if status is StepState.READY else Why.TRIED_AGAIN)

    def _in_flight(self, node: Node) -> Simulated:
        items = self.situation.steps[node.key].items
        if node.kind != MAP or items is None:
            return Simulated(node.key, Action.RUN, Why.IN_FLIGHT)
        goes_on = {StepState.RUNNING} if self.situation.is_failing else {StepState.RUNNING, *CLAIMABLE}
        places = tuple(place for place, status in enumerate(items) if status in goes_on)
        if not places and self.situation.is_failing:
            return Simulated(node.key, Action.HOLD, Why.RUN_FAILS, width=len(items))
        return self._open(node, Why.IN_FLIGHT, places)

    def _open(self, node: Node, why: Why, places: tuple[int, ...]) -> Simulated:
        """Look at a fan-out that is open already."""
        width = len(self.situation.steps[node.key].items or ())
        self.values.learn_width(node.key, width)
        arguments = self.values.arguments(node, places[0] if places else 0)
        return Simulated(node.key, Action.RUN, why, width=width, items=places, arguments=arguments)

    def _begin(self, node: Node, why: Why) -> Simulated:
        """Decide on a step that waits for what it needs."""
        needs = [self.found[need] for need in node.needs]
        if node.key in self.below_skipped:
            return Simulated(node.key, Action.SKIP, Why.NEED_SKIPPED)
        if any(need.action in (Action.HOLD, Action.FAIL) for need in needs):
            return Simulated(node.key, Action.HOLD, Why.NEED_FAILS)
        truths = {key: self.values.truth(key) for key in node.conditions}
        if False in truths.values():
            self._skip_below(node.key)
            return Simulated(node.key, Action.SKIP, Why.CONDITION_FALSE, condition=False)
        if until := [key for need in needs if need.action is Action.UNKNOWN for key in need.unknown_until]:
            return Simulated(node.key, Action.UNKNOWN, Why.NEED_UNKNOWN, unknown_until=tuple(dict.fromkeys(until)))
        if until := [key for key, truth in truths.items() if truth is None]:
            return Simulated(node.key, Action.UNKNOWN, Why.CONDITION_UNKNOWN, unknown_until=tuple(until))
        return self._run(node, why, condition=True if truths else None)

    def _run(self, node: Node, why: Why, *, condition: bool | None = None) -> Simulated:
        if node.kind == MAP:
            return self._fan_out(node, why, condition)
        arguments = self.values.arguments(node)
        return Simulated(node.key, Action.RUN, why, condition=condition, arguments=arguments)

    def _fan_out(self, node: Node, why: Why, condition: bool | None) -> Simulated:
        width = self.values.width(node)
        if width == NOT_A_LIST:
            return Simulated(node.key, Action.FAIL, Why.NOT_A_LIST, condition=condition)
        if width is None:
            until = self.values.unknown_sources(node.args[node.over or ""])
            return Simulated(node.key, Action.RUN, why, condition=condition, unknown_until=until)
        self.values.learn_width(node.key, width)
        arguments = self.values.arguments(node, 0) if width else None
        places = tuple(range(width))
        return Simulated(node.key, Action.RUN, why, condition, width, places, arguments=arguments)

    def _skip_below(self, key: str) -> None:
        """Let everything below that has not begun be skipped too."""
        for below in self.graph.descendants([key]):
            if below in self.situation.reset.whole or self.situation.steps[below].status is StepState.PENDING:
                self.below_skipped.add(below)

    def _why_again(self, key: str) -> Why:
        return Why.NAMED if key == self.situation.named else Why.NOT_DONE_OR_BELOW
