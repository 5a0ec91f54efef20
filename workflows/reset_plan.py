"""Which steps a retry runs again. A pure decision; standard library only."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field

from workflows.graph import MAP, Graph
from workflows.states import DONE, StepState


@dataclass(frozen=True)
class StepView:
    """What the decision needs to know of a step: its state, and of an opened fan-out those of its items.

    ``is_left_out``: it was skipped by a condition that was false, its own or that of a step above it.
    """

    status: StepState
    items: tuple[StepState, ...] | None = None
    is_left_out: bool = False


@dataclass(frozen=True)
class Reset:
    """What begins anew.

    ``whole``: steps, fan-outs among them to be opened again; ``items``: items of fan-outs that stay open, by key.
    """

    whole: frozenset[str]
    items: Mapping[str, frozenset[int]] = field(default_factory=dict)

    @property
    def touched(self) -> frozenset[str]:
        """The keys of all steps that are not done after the reset."""
        return self.whole | frozenset(self.items)


def plan_reset(graph: Graph, steps: Mapping[str, StepView], key: str | None = None, item: int | None = None) -> Reset:
    """Decide what a retry resets: the named step or item, whatever is not done, and everything below either.

    What is left keeps its output: a step that succeeded, and one that was skipped, unless it is below. A step below one
    that stays left out stays left out with it. ``key`` and ``item`` must exist.
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
    whole |= graph.descendants(whole | set(items))
    whole -= _still_left_out(graph, steps, whole)
    return Reset(frozenset(whole), {name: indices for name, indices in items.items() if name not in whole})


def _still_left_out(graph: Graph, steps: Mapping[str, StepView], whole: Set[str]) -> set[str]:
    """Give the steps that need one which was left out and is not decided anew."""
    found: set[str] = set()
    for name in graph.order():
        needs = graph.nodes[name].needs
        if name in whole and any(need in found or (need not in whole and steps[need].is_left_out) for need in needs):
            found.add(name)
    return found


def waits_for(graph: Graph, key: str, touched: Set[str]) -> int:
    """Count the needs of a step that are not done after a reset."""
    return sum(need in touched for need in graph.nodes[key].needs)


def _is_open(graph: Graph, name: str, view: StepView) -> bool:
    return graph.nodes[name].kind == MAP and bool(view.items)
