"""Reads of a run's graph for people: how far its steps are, now or after an event, fan-outs with items counted."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workflows.engine.plans import graph_of
from workflows.graph import Graph
from workflows.layout import Position
from workflows.models import Step, Workflow
from workflows.models.step import NOT_AN_ITEM
from workflows.past_steps import PastStep
from workflows.selectors.graphs import places_of
from workflows.selectors.past import Past
from workflows.selectors.run_steps import step_counts


@dataclass(frozen=True)
class NodeState:
    """How far a step is; ``items`` counts the items of a fan-out by state, ``width`` is ``None`` before it is open."""

    status: str
    attempts: int
    started_at: datetime | None
    finished_at: datetime | None
    progress: Mapping[str, Any] | None = None
    width: int | None = None
    items: Counter[str] | None = None


@dataclass(frozen=True)
class RunGraph:
    """The graph, where its steps are drawn, and how far they are, by key."""

    graph: Graph
    places: Mapping[str, Position]
    states: Mapping[str, NodeState]


def graph_now(run: Workflow) -> RunGraph:
    """Read it as it is, in two statements, and one more for the plan where this process does not know it yet."""
    graph = graph_of(run.plan_id)
    counts = step_counts(run).items
    rows = Step.objects.filter(workflow=run, index=NOT_AN_ITEM)
    columns = rows.values_list("key", "status", "attempt", "started_at", "finished_at", "progress", "width")
    states = {
        key: NodeState(
            status, attempts, started, ended, progress, width, counts.get(key, Counter()) if width is not None else None
        )
        for key, status, attempts, started, ended, progress, width in columns
    }
    return RunGraph(graph, places_of(graph), states)


def graph_then(run: Workflow, past: Past) -> RunGraph:
    """Give it as it was; takes no statement."""
    graph = graph_of(run.plan_id)
    return RunGraph(graph, places_of(graph), {key: _state(step) for key, step in past.projection.steps.items()})


def _state(step: PastStep) -> NodeState:
    items = None if step.items is None else Counter(map(str, step.items))
    width = None if step.items is None else len(step.items)
    return NodeState(step.status, step.attempts, step.started_at, step.finished_at, width=width, items=items)
