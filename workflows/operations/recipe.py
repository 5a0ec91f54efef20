"""The one recipe of every operation: permission, lock, state, plan, change, version, audit entry, wake-up."""

import logging
import time
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actor import Actor
from audit.failpoints import crash_point
from audit.models import Result
from audit.record import record
from audit.versions import name_version
from workflows.engine.transaction import RunNotFound, locked_run, writing
from workflows.models import Workflow
from workflows.models.workflow import STATE_LABELS, new_id
from workflows.operations.catalogue import verb_of
from workflows.operations.errors import Refused
from workflows.operations.request import Answer, Request
from workflows.operations.tickets import use_ticket
from workflows.operations.verb import Act, Verb
from workflows.states import ReasonCode, RunState, allowed_operations

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Call:
    """One call of an operation, as its audit entry needs it."""

    actor: Actor
    request: Request
    operation_id: UUID
    began: float


def operate(actor: Actor, request: Request) -> Answer:
    """Do what is asked of a run, or refuse it; either is on record when this returns."""
    call = Call(actor, request, request.operation_id or new_id(), time.perf_counter())
    try:
        return _do(call, verb_of(request.operation))
    except Refused as refusal:
        return refuse(call, refusal)


def check_request(actor: Actor, request: Request, verb: Verb) -> None:
    """Check what can be checked without the run.

    Raises:
        Refused: ``permission_denied`` or ``invalid_configuration``.
    """
    if not actor.may(verb.permission):
        raise Refused(
            ReasonCode.PERMISSION_DENIED,
            _("%(user)s may not do this; it takes the permission %(permission)s.")
            % {"user": actor.name, "permission": verb.permission},
        )
    unknown = sorted(set(request.options) - verb.options)
    if unknown:
        raise Refused(
            ReasonCode.INVALID_CONFIGURATION,
            _("This operation does not know all that was asked."),
            {name: [_("This operation has no such option.")] for name in unknown},
        )


def check_state(run: Workflow, verb: Verb) -> None:
    """Check that the run's state allows the operation.

    Raises:
        Refused: ``forbidden_transition``.
    """
    allowed = allowed_operations(RunState(run.status))
    if verb.operation not in allowed:
        raise Refused(
            ReasonCode.FORBIDDEN_TRANSITION,
            _("The run is %(state)s, which does not allow %(operation)s; it allows: %(allowed)s.")
            % {
                "state": STATE_LABELS[RunState(run.status)],
                "operation": verb.operation,
                "allowed": ", ".join(allowed),
            },
        )


def run_not_found(workflow_id: UUID) -> Refused:
    """Say that there is no such run."""
    return Refused(ReasonCode.RESOURCE_NOT_FOUND, _("There is no run %(id)s.") % {"id": workflow_id})


def _do(call: Call, verb: Verb) -> Answer:
    check_request(call.actor, call.request, verb)
    try:
        with locked_run(call.request.workflow_id) as move:
            run = Workflow.objects.select_related("definition").get(pk=call.request.workflow_id)
            act = Act(call.actor, call.request, run, call.operation_id)
            before = run.status
            check_state(run, verb)
            effects = verb.plan(act)
            if call.request.ticket:
                use_ticket(act, effects, move.now)
            name_version(run, call.actor, call.operation_id)
            added = verb.apply(act, move)
            _save(act, verb)
            verb.after_save(act, move)
            put_on_record(call, run, before, Result.SUCCESS, verb.reason_code)
            crash_point("operation.before_commit")
    except RunNotFound as error:
        raise run_not_found(call.request.workflow_id) from error
    crash_point("operation.after_commit")
    _wait_for_what_follows(act, verb)
    return answer(call, RunState(move.run.status), verb.reason_code, verb.message(act), added)


def _wait_for_what_follows(act: Act, verb: Verb) -> None:
    """Wait as the verb does; whoever asked is told that it happened, even where the database is lost meanwhile."""
    try:
        verb.after_commit(act)
    except (DatabaseError, InterfaceError) as error:
        if connection.in_atomic_block:  # of others: it has not happened yet
            raise
        logger.warning("The operation %s has happened; what follows was not waited for (%s).", verb.operation, error)
        connection.close()


def _save(act: Act, verb: Verb) -> None:
    """Keep the run's new state, and a version of it tied to this operation."""
    if not verb.saved:
        return
    act.run.revision += 1
    act.run.save(update_fields=["status", "revision", *verb.saved])


def refuse(call: Call, refusal: Refused) -> Answer:
    """Put a refusal on record and give the answer that says so."""
    with writing():
        run = Workflow.objects.filter(pk=call.request.workflow_id).first()
        put_on_record(call, run, run.status if run else "", Result.FAILURE, refusal.code, refusal.message)
    status = RunState(run.status) if run else None
    return answer(call, status, refusal.code, refusal.message, {"fields": refusal.fields} if refusal.fields else {})


def answer(call: Call, status: RunState | None, code: ReasonCode, message: str, added: Any) -> Answer:
    """Give the answer to a call; ``status`` is the run's state after it, ``added`` goes into its metadata."""
    return Answer(
        workflow_id=call.request.workflow_id,
        operation=call.request.operation,
        status=status,
        reason_code=code,
        message=message,
        timestamp=timezone.now(),
        metadata={**call.request.metadata, **added},
        allowed_operations=tuple(allowed_operations(status)) if status else (),
        operation_id=call.operation_id,
    )


def put_on_record(
    call: Call, run: Workflow | None, before: str, result: Result, code: ReasonCode, error: str = ""
) -> None:
    """Write the audit entry of a call, in the transaction of its change."""
    request = call.request
    record(
        call.actor,
        request.operation,
        "workflow",
        str(request.workflow_id),
        result=result,
        reason_code=code,
        operation_id=call.operation_id,
        parent=request.parent,
        state_before=before,
        state_after=run.status if run else "",
        params={"step_id": request.step_id, "options": dict(request.options), "metadata": dict(request.metadata)},
        reason=request.reason,
        duration_ms=(time.perf_counter() - call.began) * 1000,
        error_message=error,
    )
