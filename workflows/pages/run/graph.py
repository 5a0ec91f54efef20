"""The tab of the graph: every step in a picture and in a list, now or as it was after an event."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.safestring import SafeString

from workflows.graph import MAP
from workflows.pages.run.base import RunPage
from workflows.pages.run.graph_nodes import DrawnStep, drawn_steps
from workflows.pages.run.graph_shape import Shape, shape_of
from workflows.pages.run.items import Items, items_now, items_then
from workflows.pages.run.scrubber import Scrubber, scrubber_of
from workflows.pages.run.steps import counted, shown_state
from workflows.selectors.errors import Missing
from workflows.selectors.past import Past, past_of
from workflows.selectors.run_graph import RunGraph, graph_now, graph_then
from workflows.states import StepState

LEAST_WIDTH, MOST_HEIGHT, LEAST_HEIGHT = 1_150, 620, 150
"""Of the part of the page that the picture takes, in pixels: a small graph is not blown up."""


@dataclass(frozen=True)
class Arrow:
    """An edge, drawn; a dashed one leads from a condition."""

    path: str
    is_condition: bool
    part: str


class GraphTab(RunPage):
    """The graph of a run. ``?at=`` is the number of an event, ``?open=`` names the fan-out whose items are shown."""

    tab = "graph"

    @cached_property
    def past(self) -> Past | None:
        """The run as it was, where an event is asked for that it has had."""
        at = self.number("at")
        if at is None:
            return None
        try:
            return past_of(self.run, at)
        except Missing:
            return None

    def tab_context(self) -> dict[str, Any]:
        """See ``RunPage``."""
        drawn = graph_then(self.run, self.past) if self.past else graph_now(self.run)
        shape = shape_of(drawn.places)
        steps = list(drawn_steps(self, drawn, shape))
        return {
            "steps": steps,
            "columns": _columns(steps),
            "arrows": list(_arrows(drawn, shape)),
            "view": _view(shape),
            "legend": list(_legend(drawn.states)),
            "has_conditions": any(node.conditions for node in drawn.graph.nodes.values()),
            "has_fan_outs": any(node.kind == MAP for node in drawn.graph.nodes.values()),
            "opened": self._opened(drawn),
            "scrubber": self._scrubber(),
        }

    def _scrubber(self) -> Scrubber:
        return scrubber_of(self, self.past.event if self.past else None)

    def _opened(self, drawn: RunGraph) -> Items | None:
        key = self.param("open")
        node, state = drawn.graph.nodes.get(key), drawn.states.get(key)
        if node is None or state is None or node.kind != MAP or state.items is None:
            return None
        chips = counted(state.items)
        if self.past:
            return items_then(self, key, chips, self.past.projection.steps[key].items or [])
        return items_now(self, key, chips)


def _columns(steps: list[DrawnStep]) -> list[list[DrawnStep]]:
    columns: dict[int, list[DrawnStep]] = {}
    for step in steps:
        columns.setdefault(step.box.column, []).append(step)
    return list(columns.values())


def _arrows(drawn: RunGraph, shape: Shape) -> Iterator[Arrow]:
    for key, node in drawn.graph.nodes.items():
        for need in node.needs:
            yield Arrow(shape.path(need, key), need in node.conditions, f"{need}>{key}")


def _view(shape: Shape) -> dict[str, int]:
    """Give the part of the plane that is seen at first, and the height that it takes on the page."""
    width = max(shape.width, LEAST_WIDTH)
    scale = LEAST_WIDTH / width
    return {
        "x": (shape.width - width) // 2,
        "width": width,
        "height": shape.height,
        "shown": max(LEAST_HEIGHT, min(MOST_HEIGHT, round(shape.height * scale))),
    }


def _legend(states: Mapping[str, Any]) -> Iterator[SafeString]:
    """Show the states that occur, with how many steps and items are in each."""
    counts: Counter[str] = Counter()
    for state in states.values():
        counts[state.status] += 1
        counts.update(state.items or {})
    return (shown_state(status, counts[status]) for status in StepState if counts[status])
