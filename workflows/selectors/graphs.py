"""Graphs to be drawn: what stands where, and, for a run, how far each step is. The shape is React Flow's."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from workflows.engine.plans import graph_of
from workflows.graph import MAP, Graph, Node
from workflows.layout import Position, lay_out
from workflows.models import Definition, Step
from workflows.models.step import NOT_AN_ITEM
from workflows.selectors.runs import plan_id_of, run_id
from workflows.selectors.steps import FanOutCounts, counts_of


@dataclass(frozen=True)
class LiveState:
    """How far a step of a run is."""

    status: str
    attempts: int
    progress: Any
    error: Any
    started_at: datetime | None
    finished_at: datetime | None


@dataclass(frozen=True)
class DrawnNode:
    """A step in a drawing; a fan-out is one step with ``counts``, however many items it has."""

    id: str
    type: str
    position: Position
    node: Node
    state: LiveState | None = None
    counts: FanOutCounts | None = None

    @property
    def shown_progress(self) -> Any:
        """What the step told last; a fan-out tells its items."""
        return self.counts or (self.state and self.state.progress)


@dataclass(frozen=True)
class Edge:
    """An arrow from a step to one that needs it."""

    source: str
    target: str

    @property
    def id(self) -> str:
        """A name that no other arrow of the drawing has; keys of steps contain no ``>``."""
        return f"{self.source}->{self.target}"


@dataclass(frozen=True)
class Drawing:
    """Nodes in the order in which they were written, and the edges between them."""

    nodes: list[DrawnNode] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)


def drawing_of(definition: Definition) -> Drawing:
    """Draw the graph of a definition that was read with its plan."""
    return _drawn(Graph.from_json(definition.plan.graph))


def live_drawing(workflow_id: UUID | str) -> Drawing:
    """Draw a run's graph with the states of its steps: two statements, and one more where it has fan-outs.

    Raises:
        Missing: there is no such run.
    """
    pk = run_id(workflow_id)
    drawing = _drawn(graph_of(plan_id_of(pk)))
    states = _states(pk)
    counts = counts_of(pk, [node.id for node in drawing.nodes if node.type == MAP])
    nodes = [
        DrawnNode(
            drawn.id,
            drawn.type,
            drawn.position,
            drawn.node,
            states.get(drawn.id),
            counts.get(drawn.id, FanOutCounts()) if drawn.type == MAP else None,
        )
        for drawn in drawing.nodes
    ]
    return Drawing(nodes, drawing.edges)


def _states(workflow_id: UUID) -> dict[str, LiveState]:
    rows = Step.objects.filter(workflow_id=workflow_id, index=NOT_AN_ITEM)
    columns = rows.values_list("key", "status", "attempt", "progress", "error", "started_at", "finished_at")
    return {row[0]: LiveState(*row[1:]) for row in columns}


def _drawn(graph: Graph) -> Drawing:
    places = places_of(graph)
    nodes = [DrawnNode(key, node.kind, places[key], node) for key, node in graph.nodes.items()]
    edges = [Edge(need, key) for key, node in graph.nodes.items() for need in node.needs]
    return Drawing(nodes, edges)


def places_of(graph: Graph) -> dict[str, Position]:
    """Give the place of every step in a drawing."""
    return _places(tuple((key, node.needs) for key, node in graph.nodes.items()))


@lru_cache(maxsize=64)
def _places(needs: tuple[tuple[str, tuple[str, ...]], ...]) -> dict[str, Position]:
    """Lay out a graph, once for all who look at it."""
    return lay_out(dict(needs))
