"""Which steps a retry runs again. A pure decision; standard library only."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field

from workflows.graph import MAP, Graph
from workflows.states import DONE, StepState


@dataclass(frozen=True)
class StepView:
    """What the decision needs to know of a step: its state, and of an opened fan-out those of its items.

    ``is_left_out``: it was skipped by a condition that was false, its own or that of a step above it.
    ``is_passed_over``: an operator skipped it.
    """

    status: StepState
    items: tuple[StepState, ...] | None = None
    is_left_out: bool = False
    is_passed_over: bool = False


@dataclass(frozen=True)
class Reset:
    """What begins anew.

    ``whole``: steps, fan-outs among them to be opened again; ``items``: items of fan-outs that stay open, by key;
    ``passed_over``: steps that stay skipped, and are passed when what they need is done again.
    """

    whole: frozenset[str]
    items: Mapping[str, frozenset[int]] = field(default_factory=dict)
    passed_over: frozenset[str] = frozenset()

    @property
    def touched(self) -> frozenset[str]:
        """The keys of all steps that are not done after the reset."""
        return self.whole | frozenset(self.items)


def plan_reset(graph: Graph, steps: Mapping[str, StepView], key: str | None = None, item: int | None = None) -> Reset:
    """Decide what a retry resets: whatever is not done, and the named step or item with everything below it.

    What is left keeps its output: a step that succeeded, and one that was skipped, unless it is below the named one. A
    step below one that stays left out stays left out with it. ``key`` and ``item`` must exist.
    """
    whole = {name for name, view in steps.items() if view.status not in DONE and not _is_open(graph, name, view)}
    items = {
        name: frozenset(index for index, status in enumerate(view.items or ()) if status not in DONE)
        for name, view in steps.items()
        if view.status not in DONE and _is_open(graph, name, view)
    }
    if key is not None and item is None:
        whole.add(key)
    elif key is not None and item is not None:
        items[key] = items.get(key, frozenset()) | {item}
    whole |= graph.descendants([key]) if key is not None else set()
    whole -= _still_left_out(graph, steps, whole)
    items = {name: indices for name, indices in items.items() if name not in whole}
    return Reset(frozenset(whole), items, _passed_over(graph, steps, whole | set(items)))


def _still_left_out(graph: Graph, steps: Mapping[str, StepView], whole: Set[str]) -> set[str]:
    """Give the steps that need one which was left out and is not decided anew."""
    found: set[str] = set()
    for name in graph.order():
        needs = graph.nodes[name].needs
        if name in whole and any(need in found or (need not in whole and steps[need].is_left_out) for need in needs):
            found.add(name)
    return found


def _passed_over(graph: Graph, steps: Mapping[str, StepView], touched: Set[str]) -> frozenset[str]:
    """Give the steps that stay skipped although something that they need is done again."""
    found: set[str] = set()
    for name in graph.order():
        needs = graph.nodes[name].needs
        if name not in touched and steps[name].is_passed_over and any(n in touched or n in found for n in needs):
            found.add(name)
    return frozenset(found)


def waits_for(graph: Graph, key: str, reset: Reset) -> int:
    """Count the needs of a step that are not done, or not passed, after a reset."""
    return sum(need in reset.touched or need in reset.passed_over for need in graph.nodes[key].needs)


def _is_open(graph: Graph, name: str, view: StepView) -> bool:
    return graph.nodes[name].kind == MAP and bool(view.items)
