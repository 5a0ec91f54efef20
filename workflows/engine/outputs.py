"""The values that a step is given, gathered from what was recorded."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from workflows.engine.plans import input_of
from workflows.graph import MAP, Binding, Graph, Node, resolve, steps_of, takes_input
from workflows.models import Step
from workflows.models.step import NOT_AN_ITEM
from workflows.states import DONE, StepState


def outputs_of(workflow_id: UUID, graph: Graph, keys: Iterable[str]) -> dict[str, Any]:
    """Read the outputs of steps by key; a fan-out's is the list of its items' outputs, in order.

    A skipped step gives what an operator put in its place, or nothing.
    """
    wanted = set(keys)
    if not wanted:
        return {}
    rows = (
        Step.objects.filter(workflow_id=workflow_id, key__in=wanted, status__in=DONE)
        .order_by("key", "index")
        .values_list("key", "index", "status", "width", "output")
    )
    found: dict[str, Any] = {}
    widths: dict[str, int] = {}
    for key, index, status, width, output in rows:
        if index == NOT_AN_ITEM:
            is_open = graph.nodes[key].kind == MAP and status == StepState.SUCCEEDED
            found[key] = [] if is_open else output
            widths[key] = width if is_open and width else 0
        elif index < widths.get(key, 0):
            found[key].append(output)
    return found


def value_of(workflow_id: UUID, graph: Graph, binding: Binding, known: Mapping[str, Any] | None = None) -> Any:
    """Give the value of a binding; ``known`` are outputs that the caller holds already."""
    have = dict(known or {})
    have |= outputs_of(workflow_id, graph, [key for key in steps_of(binding) if key not in have])
    return resolve(binding, _input_for(workflow_id, [binding]), have)


def arguments_of(
    workflow_id: UUID, graph: Graph, node: Node, *, item: Any = None, known: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Give the arguments of a step; an item of a fan-out gets its own value for the parameter that is filled."""
    have = dict(known or {})
    bindings = {name: binding for name, binding in node.args.items() if name != node.over}
    missing = {key for binding in bindings.values() for key in steps_of(binding) if key not in have}
    have |= outputs_of(workflow_id, graph, missing)
    run_input = _input_for(workflow_id, bindings.values())
    arguments = {name: resolve(binding, run_input, have) for name, binding in bindings.items()}
    return arguments | {node.over: item} if node.over else arguments


def _input_for(workflow_id: UUID, bindings: Iterable[Binding]) -> Mapping[str, Any]:
    return input_of(workflow_id) if any(takes_input(binding) for binding in bindings) else {}
