"""What a run will not change any more, kept in the process: its graph and its input."""

from functools import lru_cache
from typing import Any
from uuid import UUID

from workflows.graph import Graph
from workflows.models import Plan, Workflow


@lru_cache(maxsize=256)
def graph_of(plan_id: int) -> Graph:
    """Give the graph of a plan; plans never change."""
    return Graph.from_json(Plan.objects.values_list("graph", flat=True).get(pk=plan_id))


@lru_cache(maxsize=64)
def input_of(workflow_id: UUID) -> dict[str, Any]:
    """Give a run's input, which is fixed when the run is created."""
    value: dict[str, Any] = Workflow.objects.values_list("input", flat=True).get(pk=workflow_id)
    return value
