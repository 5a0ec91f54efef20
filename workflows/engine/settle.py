"""What follows from a step that is done: its dependents become ready, are opened as fan-outs, or are skipped."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from workflows.engine import statements
from workflows.engine.fan_out import open_fan_out
from workflows.engine.move import Move
from workflows.engine.outputs import outputs_of
from workflows.engine.plans import graph_of
from workflows.engine.statements import Answer, ClaimableRow, CountedRow
from workflows.graph import MAP, Graph, Node
from workflows.models import Step
from workflows.models.step import NOT_AN_ITEM
from workflows.states import SkipReason, StepState


def count_down_after(workflow_id: UUID, graph: Graph, key: str, index: int) -> Answer | None:
    """Send the count-down that a step's success brings: of its dependents, or, for an item, of its fan-out."""
    keys = graph.dependents[key] if index == NOT_AN_ITEM else (key,)
    return statements.count_down(workflow_id, keys) if keys else None


def step_done(
    move: Move, graph: Graph, index: int, counted: Answer | None, known: Mapping[str, Any]
) -> list[ClaimableRow]:
    """Move a run on from a step that is done, and give the steps that may be claimed now.

    They are still ``pending``: the caller claims one and hands the others to ``make_ready``. ``known`` are outputs that
    need not be read. The cost is that of the step's neighbours, however large the run is.
    """
    rows = statements.counted_rows(counted) if counted else []
    if index != NOT_AN_ITEM:
        rows = _close_fan_out(move, graph, rows)
    return _admit_all(move, graph, rows, known)


def admit_waiting(move: Move, graph: Graph) -> list[ClaimableRow]:
    """Let go on what waits for nothing any more: at the start, and after a time in which nothing was let go on."""
    steps = Step.objects.filter(
        workflow_id=move.workflow_id, index=NOT_AN_ITEM, status=StepState.PENDING, remaining=0
    ).order_by("pk")
    rows = [CountedRow(step.pk, 0, step.status, step.skip_reason, _claimable(step)) for step in steps]
    return _admit_all(move, graph, rows, {})


def make_ready(move: Move, rows: Iterable[ClaimableRow]) -> None:
    """Let any worker claim these steps, and announce them."""
    ready = list(rows)
    if ready:
        Step.objects.filter(pk__in=[row.step_id for row in ready], status=StepState.PENDING).update(
            status=StepState.READY, due_at=move.now, announced_at=move.now
        )
        graph = graph_of(move.run.plan_id)
        for row in ready:
            move.announce(row.step_id, queue=graph.nodes[row.key].policy.queue)


def _admit_all(move: Move, graph: Graph, rows: list[CountedRow], known: Mapping[str, Any]) -> list[ClaimableRow]:
    """Admit what waits for nothing any more, and go on while fan-outs of no items make further steps done."""
    ready: list[ClaimableRow] = []
    while rows:
        row = rows.pop(0)
        if row.remaining == 0 and row.skip_reason == SkipReason.OPERATOR:  # before its turn, which has come now
            rows += _count_down(move, graph, row.claimable.key)
        elif row.remaining == 0 and row.status == StepState.PENDING and move.may_claim:
            done = _admit(move, graph, row, known, ready)
            rows += _count_down(move, graph, row.claimable.key) if done else []
    return ready


def _admit(move: Move, graph: Graph, row: CountedRow, known: Mapping[str, Any], ready: list[ClaimableRow]) -> bool:
    """Decide what becomes of a step whose needs are met; ``True``: it is done by that."""
    node = graph.nodes[row.claimable.key]
    if node.conditions and not _holds(move, graph, node, known):
        _skip(move, graph, node.key)
    elif node.kind == MAP:
        return open_fan_out(move, graph, node, known)
    else:
        ready.append(row.claimable)
    return False


def _count_down(move: Move, graph: Graph, key: str) -> list[CountedRow]:
    counted = count_down_after(move.workflow_id, graph, key, NOT_AN_ITEM)
    return statements.counted_rows(counted) if counted else []


def _close_fan_out(move: Move, graph: Graph, rows: list[CountedRow]) -> list[CountedRow]:
    """Close a fan-out with its last item, and give what waits for it."""
    if not rows or rows[0].remaining:
        return []
    key = rows[0].claimable.key
    Step.objects.filter(pk=rows[0].step_id).update(status=StepState.SUCCEEDED, finished_at=move.now)
    move.run.done += 1
    move.tell("step_succeeded", key)
    return _count_down(move, graph, key)


def _claimable(step: Step) -> ClaimableRow:
    return ClaimableRow(
        step.pk,
        step.key,
        step.index,
        step.task,
        step.token + 1,
        step.attempt + 1,
        step.generation,
        step.item,
        step.checkpoint,
        step.session_id is None,
    )


def _holds(move: Move, graph: Graph, node: Node, known: Mapping[str, Any]) -> bool:
    missing = [key for key in node.conditions if key not in known]
    outputs = {**known, **outputs_of(move.workflow_id, graph, missing)}
    return all(outputs.get(key) for key in node.conditions)


def _skip(move: Move, graph: Graph, key: str) -> None:
    """Skip a step whose condition is false, and all below it."""
    for keys, reason in (({key}, SkipReason.CONDITION_FALSE), (graph.descendants([key]), SkipReason.NEED_SKIPPED)):
        steps = Step.objects.filter(
            workflow_id=move.workflow_id, key__in=keys, index=NOT_AN_ITEM, status=StepState.PENDING
        )
        skipped = set(steps.values_list("key", flat=True))
        steps.update(status=StepState.SKIPPED, skip_reason=reason, finished_at=move.now)
        move.run.done += len(skipped)
        for name in graph.nodes:
            if name in skipped:
                move.tell("step_skipped", name, because=reason)
