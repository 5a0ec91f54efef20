"""Opening a fan-out: one step for each item of a list that is known only now."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from workflows.engine.move import ANNOUNCED_AT_ONCE, Move
from workflows.engine.outputs import value_of
from workflows.graph import Graph, Node
from workflows.models import Step, Workflow
from workflows.models.step import NOT_AN_ITEM
from workflows.states import StepState

MAX_ITEMS = 100_000
_BATCH = 1_000


def open_fan_out(move: Move, graph: Graph, node: Node, known: Mapping[str, Any]) -> bool:
    """Make the items of a fan-out and announce the first of them; ``True``: it has none and is done with that."""
    assert node.over is not None  # noqa: S101 (what makes a node a fan-out)
    items = value_of(move.workflow_id, graph, node.args[node.over], known)
    fan_out = Step.objects.filter(workflow_id=move.workflow_id, key=node.key, index=NOT_AN_ITEM)
    if problem := _problem(items):
        fan_out.update(status=StepState.FAILED, error={"code": "not_a_list", "message": problem}, finished_at=move.now)
        move.tell("step_failed", node.key, code="not_a_list")
        move.begin_to_fail(node.key, "not_a_list", problem)
        return False
    move.run.total += len(items)
    move.tell("fan_out_opened", node.key, items=len(items))
    if not items:
        fan_out.update(status=StepState.SUCCEEDED, started_at=move.now, finished_at=move.now, width=0)
        move.run.done += 1
        move.tell("step_succeeded", node.key)
        return True
    fan_out.update(status=StepState.RUNNING, started_at=move.now, remaining=len(items), width=len(items))
    kept = _fill_kept_rows(move, node, items)
    _create_items(move, node, items, kept)
    return False


def _problem(items: Any) -> str:
    if not isinstance(items, list):
        return _("a fan-out needs a list, but was given a value of the type %(type)s") % {"type": type(items).__name__}
    if len(items) > MAX_ITEMS:
        return _("a fan-out of %(count)s items is too large; at most %(limit)s are made") % {
            "count": len(items),
            "limit": MAX_ITEMS,
        }
    return ""


def _fill_kept_rows(move: Move, node: Node, items: list[Any]) -> int:
    """Give the rows of an earlier opening their new items, and how many there are; attempts stay with their rows."""
    rows = list(Step.objects.filter(workflow_id=move.workflow_id, key=node.key, index__gte=0).order_by("index"))
    for row in rows:
        if row.index < len(items):
            row.item, row.status, row.due_at = items[row.index], StepState.READY, move.now
            row.announced_at = move.now if row.index < ANNOUNCED_AT_ONCE else None
        else:
            row.status = StepState.SKIPPED
    for first in range(0, len(rows), _BATCH):  # not at once: see ``reset_steps``
        Step.objects.bulk_update(rows[first : first + _BATCH], ["item", "status", "due_at", "announced_at"], _BATCH)
    move.announce(*(row.pk for row in rows[: min(len(items), ANNOUNCED_AT_ONCE)]), queue=node.policy.queue)
    return len(rows)


def _create_items(move: Move, node: Node, items: list[Any], begin: int) -> None:
    priority = Workflow.objects.values_list("priority", flat=True).get(pk=move.workflow_id)
    for batch in range(begin, len(items), _BATCH):
        rows = Step.objects.bulk_create(
            Step(
                workflow_id=move.workflow_id,
                key=node.key,
                index=index,
                task=node.task,
                queue=node.policy.queue,
                priority=priority,
                status=StepState.READY,
                item=item,
                due_at=move.now,
                announced_at=move.now if index < ANNOUNCED_AT_ONCE else None,
            )
            for index, item in enumerate(items[batch : batch + _BATCH], batch)
        )
        move.announce(*(row.pk for row in rows if row.index < ANNOUNCED_AT_ONCE), queue=node.policy.queue)
