"""Putting steps back to before they ran: what a retry and a restart have in common."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from django.db.models import F, OuterRef, Q, Subquery

from workflows.engine.move import Move
from workflows.graph import Graph
from workflows.models import Attempt, Step
from workflows.models.step import NOT_AN_ITEM
from workflows.reset_plan import Reset, StepView, waits_for
from workflows.states import DONE, AttemptState, SkipReason, StepState

_BATCH = 1_000
_BY_THE_GRAPH = (SkipReason.CONDITION_FALSE, SkipReason.NEED_SKIPPED)
_RESET = (
    "status",
    "skip_reason",
    "remaining",
    "generation",
    "failures",
    "kills",
    "token",
    "due_at",
    "announced_at",
    "output",
    "error",
    "progress",
    "checkpoint",
    "started_at",
    "finished_at",
)


def views_of(workflow_id: UUID) -> dict[str, StepView]:
    """Read the states of a run's steps, those of opened fan-outs with their items."""
    rows = (
        Step.objects.filter(workflow_id=workflow_id)
        .order_by("index")
        .values_list("key", "index", "status", "width", "skip_reason")
    )
    found: dict[str, StepView] = {}
    items: dict[str, list[StepState]] = {}
    widths: dict[str, int] = {}
    for key, index, status, width, reason in rows:
        if index == NOT_AN_ITEM:
            by_hand = reason == SkipReason.OPERATOR
            found[key] = StepView(StepState(status), is_left_out=reason in _BY_THE_GRAPH, is_passed_over=by_hand)
            widths[key] = width or 0
        elif index < widths[key]:
            items.setdefault(key, []).append(StepState(status))
    return found | {key: replace(found[key], items=tuple(states)) for key, states in items.items()}


def reset_steps(move: Move, graph: Graph, reset: Reset) -> None:
    """Put these steps back, and count the run anew. Attempts stay; a step whose attempt still runs keeps its lease."""
    rows = Step.objects.filter(workflow_id=move.workflow_id, key__in=reset.touched)
    changed = [row for row in rows if _put_back(move, graph, reset, row)]
    _keep_outputs([row.pk for row in changed])
    # Django makes ready all that it is given before it sends any of it: the server would see nobody at work for long.
    for first in range(0, len(changed), _BATCH):
        Step.objects.bulk_update(changed[first : first + _BATCH], _RESET, batch_size=_BATCH)
    for key in reset.passed_over:
        passed = Step.objects.filter(workflow_id=move.workflow_id, key=key, index=NOT_AN_ITEM)
        passed.update(remaining=waits_for(graph, key, reset))
    Step.objects.filter(workflow_id=move.workflow_id, key__in=reset.whole, is_map=True).update(width=None)
    _count_anew(move)


def _keep_outputs(step_ids: Sequence[int]) -> None:
    """Leave the outputs that are taken from these steps with the attempts that they came from."""
    for first in range(0, len(step_ids), _BATCH):
        Attempt.objects.filter(
            step__in=step_ids[first : first + _BATCH],
            step__output__isnull=False,
            status=AttemptState.SUCCEEDED,
            is_replay=False,
            generation=F("step__generation"),
        ).update(output=Subquery(Step.objects.filter(pk=OuterRef("step")).values("output")))


def _put_back(move: Move, graph: Graph, reset: Reset, row: Step) -> bool:
    """Change a row as the reset says; ``False``: the row stays as it is."""
    indices = reset.items.get(row.key)
    if row.index == NOT_AN_ITEM and indices is not None:
        row.status, row.remaining, row.finished_at, row.error = StepState.RUNNING, len(indices), None, None
        return True
    if row.index != NOT_AN_ITEM and indices is not None and row.index not in indices:
        return False
    if row.status in DONE:
        row.checkpoint = None  # what an unfinished step has kept, it goes on from
    row.generation += 1
    row.token += 1
    row.failures = row.kills = 0
    row.skip_reason = ""
    row.output = row.error = row.progress = row.started_at = row.finished_at = row.due_at = row.announced_at = None
    if indices is None:
        row.status = StepState.PENDING
        row.remaining = waits_for(graph, row.key, reset) if row.index == NOT_AN_ITEM else 0
    else:
        row.status, row.due_at, row.announced_at = StepState.READY, move.now, move.now
    return True


def _count_anew(move: Move) -> None:
    steps = Step.objects.filter(workflow_id=move.workflow_id)
    opened = steps.filter(is_map=True, width__isnull=False).values_list("key", "width")
    open_widths = {key: width or 0 for key, width in opened}
    counted = steps.filter(index=NOT_AN_ITEM)
    move.run.total = counted.count() + sum(open_widths.values())
    move.run.done = counted.filter(status__in=DONE).count()
    for key, width in open_widths.items():
        move.run.done += steps.filter(key=key, index__gte=0, index__lt=width, status__in=DONE).count()


def ready_items(move: Move, reset: Reset, most: int) -> list[tuple[int, str]]:
    """Give the ids and queues of the first items that were put back and may be claimed, at most so many."""
    chosen = Q()
    for key, indices in reset.items.items():
        chosen |= Q(key=key, index__in=sorted(indices)[:most])  # a statement takes 65,535 parameters
    if not chosen:
        return []
    rows = Step.objects.filter(chosen, workflow_id=move.workflow_id).order_by("pk")
    return list(rows.values_list("pk", "queue")[:most])
