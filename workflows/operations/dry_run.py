"""Dry run: say what a run would do if it went on, and do nothing of it. Works in every state, without its lock."""

import time

from django.utils.translation import gettext as _

from audit.actor import Actor
from audit.models import Result
from workflows.engine.transaction import writing
from workflows.forecast.outlook import Outlook, outlook_on
from workflows.forecast.situation import as_it_goes_on
from workflows.models import Workflow
from workflows.models.workflow import new_id
from workflows.operations.errors import Refused
from workflows.operations.recipe import Call, answer, check_request, put_on_record, refuse, run_not_found
from workflows.operations.request import Answer, Effect, Request
from workflows.operations.retry import Retry
from workflows.operations.verb import Act, Verb
from workflows.states import Operation, RunState


class DryRun(Verb):
    """Simulate the run. ``step_id``: as if it were retried from this step."""

    operation = Operation.DRY_RUN
    permission = "workflows.can_dry_run"

    def plan(self, act: Act) -> list[Effect]:
        """Nothing happens to any step; the one that is named has to be one that a retry could begin with."""
        if act.request.step_id:
            Retry().plan(act)
        return []

    def message(self, act: Act) -> str:
        """See ``Verb``."""
        return _("Dry run of the run. No changes made.")


def dry_run(actor: Actor, request: Request) -> Answer:
    """Simulate a run, or refuse to; only the audit entry stays of either."""
    call = Call(actor, request, request.operation_id or new_id(), time.perf_counter())
    try:
        return _simulate(call, DryRun())
    except Refused as refusal:
        return refuse(call, refusal)


def _simulate(call: Call, verb: DryRun) -> Answer:
    check_request(call.actor, call.request, verb)
    run = Workflow.objects.select_related("definition").filter(pk=call.request.workflow_id).first()
    if run is None:
        raise run_not_found(call.request.workflow_id)
    act = Act(call.actor, call.request, run, call.operation_id)
    verb.plan(act)
    situation = as_it_goes_on(run, act.step() if call.request.step_id else None)
    outlook = outlook_on(act.graph, situation, run.definition_name)
    with writing():
        put_on_record(call, run, run.status, Result.SUCCESS, verb.reason_code)
    return answer(call, RunState(run.status), verb.reason_code, verb.message(act), as_metadata(outlook))


def as_metadata(outlook: Outlook) -> dict[str, object]:
    """Give what a dry run adds to its answer."""
    return {
        "dry_run": True,
        "simulated_actions": outlook.actions,
        "estimated_seconds": outlook.estimated_seconds,
        "findings": outlook.findings,
    }
