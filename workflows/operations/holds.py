"""Holds that end by themselves."""

from datetime import datetime
from typing import Any
from uuid import UUID

from audit.actor import SYSTEM
from workflows.engine.database_time import DatabaseNow
from workflows.engine.reach import on_its_own
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
    rows = list(ended.values_list("pk", "hold_until", "hold")[:_AT_ONCE])
    return [on_its_own(_end_hold, *row) for row in rows].count(True)


def _end_hold(workflow_id: UUID, until: datetime, hold: Any) -> bool:
    """End this hold; ``False``: the run is not paused any more, or was paused anew by somebody since."""
    with locked_run(workflow_id) as move:
        held = Workflow.objects.filter(pk=workflow_id, status=RunState.PAUSED, hold_until=until)
        if held.values_list("hold").first() != (hold,):
            return False
        if hold and hold["then"] == RESUME:
            operate(SYSTEM, Request(Operation.RESUME, workflow_id, reason="hold_ended"))
        else:
            held.update(hold_until=None)
            move.tell("hold_ended", then="stay")
        return True
