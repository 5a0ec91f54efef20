"""What follows from a step that is done: its dependents become ready, are opened as fan-outs, or are skipped."""

from collections.abc import Iterable, Mapping
from typing import Any

from workflows.engine import statements
from workflows.engine.fan_out import open_fan_out
from workflows.engine.move import Move
from workflows.engine.outputs import outputs_of
from workflows.graph import MAP, Graph, Node
from workflows.models import Step
from workflows.models.step import NOT_AN_ITEM
from workflows.states import StepState


def step_done(move: Move, graph: Graph, key: str, index: int, known: Mapping[str, Any]) -> list[int]:
    """Move a run on from a step that is done, and give the ids of the steps that may be claimed now.

    They are still ``pending``: the caller claims one and hands the others to ``make_ready``. ``known`` are outputs that
    need not be read. The cost is that of the step's neighbours, however large the run is.
    """
    if index != NOT_AN_ITEM and not _last_item(move, key):
        return []
    return _needs_met(move, graph, [key], known)


def first_steps(move: Move, graph: Graph) -> list[int]:
    """Begin a run: treat the steps that need nothing as those whose needs are met."""
    roots = [node for node in graph.nodes.values() if not node.needs]
    ready: list[int] = []
    done = _admit(move, graph, roots, {}, ready)
    return ready + _needs_met(move, graph, done, {})


def make_ready(move: Move, step_ids: list[int]) -> None:
    """Let any worker claim these steps, and announce them."""
    if step_ids:
        Step.objects.filter(pk__in=step_ids, status=StepState.PENDING).update(
            status=StepState.READY, due_at=move.now, announced_at=move.now
        )
        move.announce(*step_ids)


def _needs_met(move: Move, graph: Graph, done: list[str], known: Mapping[str, Any]) -> list[int]:
    """Count down what needs the done steps, and go on while fan-outs of no items make further steps done."""
    ready: list[int] = []
    while done:
        dependents = graph.dependents[done.pop()]
        if not dependents:
            continue
        rows = statements.count_down(move.workflow_id, dependents)
        nodes = [graph.nodes[row.key] for row in sorted(rows) if row.remaining == 0]
        done += _admit(move, graph, nodes, known, ready, {row.key: row.step_id for row in rows})
    return ready


def _admit(
    move: Move,
    graph: Graph,
    nodes: Iterable[Node],
    known: Mapping[str, Any],
    ready: list[int],
    step_ids: Mapping[str, int] | None = None,
) -> list[str]:
    """Decide what becomes of steps whose needs are met, and give the keys of those that are done by it."""
    done: list[str] = []
    for node in nodes:
        if node.conditions and not _holds(move, graph, node, known):
            _skip(move, graph, node.key)
        elif node.kind == MAP:
            if open_fan_out(move, graph, node, known):
                done.append(node.key)
        else:
            ready.append(step_ids[node.key] if step_ids else _step_id(move, node.key))
    return done


def _step_id(move: Move, key: str) -> int:
    return Step.objects.values_list("pk", flat=True).get(workflow_id=move.workflow_id, key=key, index=NOT_AN_ITEM)


def _holds(move: Move, graph: Graph, node: Node, known: Mapping[str, Any]) -> bool:
    missing = [key for key in node.conditions if key not in known]
    outputs = {**known, **outputs_of(move.workflow_id, graph, missing)}
    return all(outputs.get(key) for key in node.conditions)


def _skip(move: Move, graph: Graph, key: str) -> None:
    """Skip a step whose condition is false, and all below it."""
    below = graph.descendants([key])
    steps = Step.objects.filter(
        workflow_id=move.workflow_id, key__in={key, *below}, index=NOT_AN_ITEM, status=StepState.PENDING
    )
    keys = set(steps.values_list("key", flat=True))
    move.run.done += steps.update(status=StepState.SKIPPED, finished_at=move.now)
    for skipped in graph.nodes:
        if skipped in keys:
            move.tell("step_skipped", skipped, because="condition_false" if skipped == key else "need_skipped")


def _last_item(move: Move, key: str) -> bool:
    """Count down a fan-out, and close it with its last item."""
    (fan_out,) = statements.count_down(move.workflow_id, [key])
    if fan_out.remaining:
        return False
    Step.objects.filter(pk=fan_out.step_id).update(
        status=StepState.SUCCEEDED, finished_at=move.now, session_id=None
    )
    move.run.done += 1
    move.tell("step_succeeded", key)
    return True
