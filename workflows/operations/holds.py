"""Holds that end by themselves."""

from uuid import UUID

from audit.actor import SYSTEM
from workflows.engine.database_time import DatabaseNow
from workflows.engine.transaction import locked_run
from workflows.models import Workflow
from workflows.operations.pause import RESUME
from workflows.operations.recipe import operate
from workflows.operations.request import Request
from workflows.states import Operation, RunState

_AT_ONCE = 100


def end_holds() -> int:
    """Let go on, or say that they stay, the paused runs whose hold has ended; give how many these were."""
    ended = Workflow.objects.filter(status=RunState.PAUSED, hold_until__lte=DatabaseNow())
    rows = list(ended.values_list("pk", "hold")[:_AT_ONCE])
    for workflow_id, hold in rows:
        if hold and hold["then"] == RESUME:
            operate(SYSTEM, Request(Operation.RESUME, workflow_id, reason="hold_ended"))
        else:
            _stay(workflow_id)
    return len(rows)


def _stay(workflow_id: UUID) -> None:
    with locked_run(workflow_id) as move:
        held = Workflow.objects.filter(pk=workflow_id, status=RunState.PAUSED, hold_until__lte=move.now)
        if held.update(hold_until=None):
            move.tell("hold_ended", then="stay")
