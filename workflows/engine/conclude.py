"""The end of a run, where it has come to one."""

from collections.abc import Mapping
from typing import Any

from django.db.models import F

from workflows.engine.move import Move
from workflows.engine.outputs import value_of
from workflows.engine.places import leave_places
from workflows.engine.version import keep_version
from workflows.graph import Graph
from workflows.models import Step, Workflow
from workflows.states import CLAIMABLE, ENDED, RunState, StepState
from workflows.values import TooLarge, encode

_HELD = (RunState.PAUSED, RunState.CANCELLED)


def conclude(move: Move, graph: Graph, known: Mapping[str, Any] | None = None) -> None:
    """Complete a run whose steps are all done; fail or settle one that has nothing left in flight.

    ``known`` are outputs that need not be read.
    """
    if move.is_complete:
        output = _output(move, graph, known)
        if move.is_complete:
            _complete(move, output)
    if move.is_drained:
        _fail(move)
    if move.run.status in _HELD and move.run.in_flight == 0:
        _settle(move)
    if move.run.status in ENDED and move.run.in_flight == 0:
        leave_places(move)


def _output(move: Move, graph: Graph, known: Mapping[str, Any] | None) -> Any:
    output = value_of(move.workflow_id, graph, graph.output, known)
    try:
        encode(output)
    except TooLarge as error:
        move.begin_to_fail(None, "output_too_large", str(error))
    return output


def _complete(move: Move, output: Any) -> None:
    run = _run_of(move)
    run.complete(move.now, output)
    _save(move, run, "status", "output", "finished_at", "settled_at")
    move.tell("run_completed")


def _fail(move: Move) -> None:
    # What waited for a retry or a worker waits for an operator now.
    Step.objects.filter(workflow_id=move.workflow_id, status__in=CLAIMABLE).update(
        status=StepState.PENDING, due_at=None, announced_at=None
    )
    run = _run_of(move)
    run.error = move.run.error
    run.fail(move.now)
    _save(move, run, "status", "error", "finished_at", "settled_at")
    move.tell("run_failed", move.run.error["step"] or "", code=move.run.error["code"])


def _run_of(move: Move) -> Workflow:
    """Give the run for its transition, with no more of it than is known under its lock: it need not be read again."""
    return Workflow(id=move.workflow_id, status=move.run.status)


def _save(move: Move, run: Workflow, *columns: str) -> None:
    """Keep these columns of the run and a version of it, in the portal's own name."""
    Workflow.objects.filter(pk=run.pk).update(
        revision=F("revision") + 1, **{column: getattr(run, column) for column in columns}
    )
    keep_version(run.pk, move.now)
    move.run.status = run.status


def _settle(move: Move) -> None:
    """Note that the last attempt in flight of a paused or cancelled run has ended."""
    if Workflow.objects.filter(pk=move.workflow_id, settled_at__isnull=True).update(settled_at=move.now):
        move.tell("run_settled")
