"""Dry run of a workflow of which there is no run yet: what a run with this input would do."""

import time
from dataclasses import dataclass

from django.utils.translation import gettext as _

from audit.actor import Actor
from audit.models import Result
from audit.record import record
from workflows.engine.plans import graph_of
from workflows.engine.transaction import writing
from workflows.forecast.outlook import Outlook, outlook_on
from workflows.forecast.situation import before_the_first_run
from workflows.models import Definition
from workflows.operations.create import NewRun, graph_of_input, wanted_definition
from workflows.operations.dry_run import DryRun
from workflows.operations.errors import Refused
from workflows.operations.run_input import checked_input
from workflows.states import ReasonCode


@dataclass(frozen=True)
class DefinitionOutlook:
    """What a run of a definition would do."""

    definition: Definition
    message: str
    outlook: Outlook


def dry_run_definition(actor: Actor, asked: NewRun) -> DefinitionOutlook:
    """Simulate a run that is created with this input; only the audit entry stays.

    Raises:
        Refused: as ``create_run`` does; the refusal is on record.
    """
    began = time.perf_counter()
    try:
        found = _simulate(actor, asked)
    except Refused as refusal:
        _record(actor, asked, began, refusal)
        raise
    _record(actor, asked, began)
    return found


def _simulate(actor: Actor, asked: NewRun) -> DefinitionOutlook:
    if not actor.may(DryRun.permission):
        raise Refused(
            ReasonCode.PERMISSION_DENIED,
            _("%(user)s may not do this; it takes the permission %(permission)s.")
            % {"user": actor.name, "permission": DryRun.permission},
        )
    definition = wanted_definition(asked)
    run_input = checked_input(definition, asked.input)
    graph = graph_of_input(definition, run_input) or graph_of(definition.plan_id)
    outlook = outlook_on(graph, before_the_first_run(graph, run_input), definition.name)
    message = _("Dry run of the workflow %(name)s. No changes made.") % {"name": definition.name}
    return DefinitionOutlook(definition, message, outlook)


def _record(actor: Actor, asked: NewRun, began: float, refusal: Refused | None = None) -> None:
    with writing():
        record(
            actor,
            DryRun.operation,
            "definition",
            asked.definition,
            result=Result.FAILURE if refusal else Result.SUCCESS,
            reason_code=refusal.code if refusal else ReasonCode.OPERATION_COMPLETED,
            params={"version": asked.version},
            duration_ms=(time.perf_counter() - began) * 1000,
            error_message=refusal.message if refusal else "",
        )
