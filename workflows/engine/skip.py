"""Skipping a step by hand: what depends on it goes on with the output that was given in its place."""

from typing import Any

from workflows.engine.move import Move
from workflows.engine.plans import graph_of
from workflows.engine.settle import admit_waiting, count_down_after, make_ready, step_done
from workflows.models import Step
from workflows.models.step import NOT_AN_ITEM
from workflows.states import SkipReason, StepState


def skip_step(move: Move, step: Step, output: Any) -> None:
    """Skip a step that has not started or has failed; ``output`` is what its dependents are given, in their turn."""
    graph = graph_of(move.run.plan_id)
    rescues = move.run.error is not None and step.status == StepState.FAILED and not _other_failures(move, step)
    step.status, step.output, step.error = StepState.SKIPPED, output, None
    step.skip_reason = SkipReason.OPERATOR
    step.token += 1
    step.finished_at = move.now
    step.due_at = step.announced_at = None
    step.save(
        update_fields=["status", "skip_reason", "output", "error", "token", "finished_at", "due_at", "announced_at"]
    )
    move.run.done += 1
    move.tell("step_skipped", step.wire_id, because=SkipReason.OPERATOR, output_given=output is not None)
    if rescues:
        move.run.error = None
    if step.remaining and not step.is_item:
        return  # it is passed when its turn comes: what stands behind it does not overtake what stands before it
    counted = count_down_after(move.workflow_id, graph, step.key, step.index)
    make_ready(move, step_done(move, graph, step.index, counted, {step.key: output} if not step.is_item else {}))
    if rescues and move.may_claim:
        make_ready(move, admit_waiting(move, graph))


def _other_failures(move: Move, step: Step) -> bool:
    return (
        Step.objects.filter(workflow_id=move.workflow_id, status=StepState.FAILED)
        .exclude(pk=step.pk)
        .exclude(key=step.key, index=NOT_AN_ITEM)
        .exists()
    )
