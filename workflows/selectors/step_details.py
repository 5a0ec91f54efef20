"""One step of a run with all that is known of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Sum, TextField
from django.db.models.functions import Cast, Length
from django.utils.translation import gettext as _

from workflows.engine.outputs import arguments_of, outputs_of
from workflows.engine.plans import graph_of
from workflows.graph import MAP, Graph
from workflows.models import Attempt, Step, Workflow
from workflows.models.step import NOT_AN_ITEM
from workflows.selectors.errors import Missing
from workflows.selectors.runs import plan_id_of, run_id
from workflows.selectors.steps import StepView, counts_of, parse_wire_id, step_view
from workflows.states import StepState
from workflows.values import MAX_BYTES


@dataclass(frozen=True)
class StepDetail(StepView):
    """A step with the values that it took and gave, and every attempt at it.

    ``input`` is ``None`` for a step that waits for others, was skipped, or is a fan-out. ``omitted`` names the values
    that are too large to be shown here: the outputs of a fan-out are read item by item.
    """

    input: Any
    output: Any
    omitted: list[str]
    attempts: list[Attempt]


def step_of(workflow_id: UUID | str, wire_id: str) -> StepDetail:
    """Read one step by its id as clients write it.

    Raises:
        Missing: there is no such run, or it has no such step.
    """
    return _detail(run_id(workflow_id), graph_of(plan_id_of(workflow_id)), wire_id)


def step_of_run(run: Workflow, wire_id: str, *, most_attempts: int) -> StepDetail:
    """Read one step of a run that was read already, with its latest attempts.

    Raises:
        Missing: the run has no such step.
    """
    return _detail(run.pk, graph_of(run.plan_id), wire_id, most_attempts)


def _detail(workflow_id: UUID, graph: Graph, wire_id: str, most_attempts: int | None = None) -> StepDetail:
    key, index = parse_wire_id(wire_id)
    row = Step.objects.filter(workflow_id=workflow_id, key=key, index=index).first()
    if row is None:
        raise Missing(_("the run has no step %(id)s") % {"id": wire_id})
    view = step_view(row, graph, counts_of(workflow_id, [key]).get(key) if row.is_map else None)
    omitted: list[str] = []
    attempts = Attempt.objects.filter(step=row).select_related("session").order_by("-number")
    return StepDetail(
        row=row,
        node=view.node,
        counts=view.counts,
        input=_input(row, graph, omitted),
        output=_output(row, graph, omitted),
        omitted=omitted,
        attempts=list(reversed(attempts[:most_attempts])),
    )


def _input(row: Step, graph: Graph, omitted: list[str]) -> Any:
    """Give the arguments as they are now recorded; each item of a fan-out has its own."""
    if row.is_map or row.remaining or row.status == StepState.SKIPPED:
        return None
    node = graph.nodes[row.key]
    if not _is_small(row.workflow_id, (key for key in node.sources if graph.nodes[key].kind == MAP)):
        omitted.append("input")
        return None
    return arguments_of(row.workflow_id, graph, node, item=row.item)


def _output(row: Step, graph: Graph, omitted: list[str]) -> Any:
    if not row.is_map or row.status == StepState.SKIPPED:
        return row.output
    if row.status != StepState.SUCCEEDED:
        return None
    if not _is_small(row.workflow_id, [row.key]):
        omitted.append("output")
        return None
    return outputs_of(row.workflow_id, graph, [row.key]).get(row.key)


def _is_small(workflow_id: UUID, fan_outs: Iterable[str]) -> bool:
    """Tell whether the outputs of all items of these fan-outs take no more than one value may."""
    keys = set(fan_outs)
    if not keys:
        return True
    items = Step.objects.filter(workflow_id=workflow_id, key__in=keys, index__gt=NOT_AN_ITEM)
    size = items.aggregate(size=Sum(Length(Cast("output", TextField()))))["size"]
    return (size or 0) <= MAX_BYTES
