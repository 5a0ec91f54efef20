"""Runs that have taken longer than they may."""

from uuid import UUID

from django.utils.translation import gettext as _

from workflows.engine.conclude import conclude
from workflows.engine.database_time import DatabaseNow
from workflows.engine.plans import graph_of
from workflows.engine.reach import on_its_own
from workflows.engine.steer import tell_to_stop
from workflows.engine.transaction import locked_run
from workflows.models import Workflow
from workflows.states import RunState

_AT_ONCE = 100


def fail_overdue_runs() -> int:
    """Let every run that is past its deadline fail, asking its live attempts to stop; give how many these were."""
    overdue = Workflow.objects.filter(status=RunState.RUNNING, deadline_at__lte=DatabaseNow(), error__isnull=True)
    ids = list(overdue.values_list("pk", flat=True)[:_AT_ONCE])
    return [on_its_own(_fail_overdue, workflow_id) for workflow_id in ids].count(True)


def _fail_overdue(workflow_id: UUID) -> bool:
    with locked_run(workflow_id) as move:
        still_due = Workflow.objects.filter(pk=workflow_id, deadline_at__lte=move.now).exists()
        if not (move.may_claim and still_due):
            return False
        move.begin_to_fail(None, "deadline", _("the run took longer than its deadline allows"))
        tell_to_stop(move, "deadline")
        conclude(move, graph_of(move.run.plan_id))
        return True
