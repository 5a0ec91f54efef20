"""One run's part of a bulk operation: doing it, or foreseeing what would come of it."""

import logging
from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from audit.actor import Actor
from audit.models import Result
from audit.record import record
from workflows.engine.reach import OUT_OF_REACH
from workflows.models import BulkJob, Workflow
from workflows.models.bulk import BulkResult
from workflows.models.workflow import new_id
from workflows.operations.catalogue import verb_of
from workflows.operations.errors import Refused
from workflows.operations.perform import perform
from workflows.operations.recipe import check_request, check_state, run_not_found
from workflows.operations.request import Request
from workflows.operations.verb import Act
from workflows.states import TRANSITIONS, Operation, ReasonCode

logger = logging.getLogger(__name__)

LOOK = "workflows.can_dry_run"


class Outcome(NamedTuple):
    """What came, or would come, of one run."""

    result: BulkResult
    reason_code: str
    message: str
    operation_id: UUID | None = None


def check_bulk(actor: Actor, operation: Operation, options: Mapping[str, Any], *, dry_run: bool) -> None:
    """Check what can be checked without any run.

    Raises:
        Refused: ``permission_denied`` or ``invalid_configuration``.
    """
    if operation is Operation.DRY_RUN:
        message = _("Name the operation that is to be tried, and say dry_run: true.")
        raise Refused(ReasonCode.INVALID_CONFIGURATION, message, {"operation": [message]})
    try:
        check_request(actor, Request(operation, UUID(int=0), options=options), verb_of(operation))
    except Refused as refusal:
        # Who may only look is told, run by run, that it would be refused.
        if not (dry_run and refusal.code is ReasonCode.PERMISSION_DENIED and actor.may(LOOK)):
            raise


def do_part(job: BulkJob, actor: Actor, workflow_id: UUID) -> Outcome:
    """Do a run's part, or foresee it where the job is a dry run; a mistake of the portal is its own outcome."""
    request = Request(
        operation=Operation(job.operation),
        workflow_id=workflow_id,
        step_id=job.step_id or None,
        reason=job.reason,
        metadata=job.metadata,
        options=job.options,
        parent=job.pk,
    )
    try:
        # What goes wrong inside must not take the transaction of the job's item along.
        with transaction.atomic():
            return _foresee(actor, request) if job.dry_run else _do(actor, request)
    except OUT_OF_REACH:
        raise  # the run stays for later
    except Exception:
        logger.exception("The operation %s on the run %s went wrong.", job.operation, workflow_id)
        return _mistake(job, actor, workflow_id)


def _do(actor: Actor, request: Request) -> Outcome:
    answer = perform(actor, request)
    result = (
        BulkResult.DONE if answer.is_done else result_of_refusal(request.operation, answer.status, answer.reason_code)
    )
    return Outcome(result, answer.reason_code, answer.message, answer.operation_id)


def _mistake(job: BulkJob, actor: Actor, workflow_id: UUID) -> Outcome:
    """Put on record that a run's part went wrong, and give that as its outcome."""
    message = _("The portal made a mistake; its log says more.")
    entry = record(
        actor,
        "bulk_dry_run" if job.dry_run else job.operation,
        "workflow",
        str(workflow_id),
        result=Result.FAILURE,
        reason_code=ReasonCode.OPERATION_FAILED,
        params={"step_id": job.step_id or None, "options": job.options, "metadata": job.metadata},
        parent=job.pk,
        reason=job.reason,
        error_message=message,
    )
    return Outcome(BulkResult.REFUSED, ReasonCode.OPERATION_FAILED, message, entry.pk)


def _foresee(actor: Actor, request: Request) -> Outcome:
    """Go through what the operation goes through before it writes."""
    verb = verb_of(request.operation)
    run = Workflow.objects.select_related("definition").filter(pk=request.workflow_id).first()
    try:
        check_request(actor, request, verb)
        if run is None:
            raise run_not_found(request.workflow_id)
        check_state(run, verb)
        verb.plan(Act(actor, request, run, new_id()))
    except Refused as refusal:
        result = result_of_refusal(request.operation, run.status if run else None, refusal.code)
        return Outcome(result, refusal.code, refusal.message)
    return Outcome(BulkResult.DONE, verb.reason_code, _("This would be done. No changes made."))


def result_of_refusal(operation: Operation, status: str | None, code: ReasonCode) -> BulkResult:
    """Say what a refusal means for a run in this state; ``None``: there is no such run."""
    if status is None:
        return BulkResult.GONE
    wanted = TRANSITIONS[operation][1] if operation in TRANSITIONS else None
    is_so = code is ReasonCode.FORBIDDEN_TRANSITION and status == wanted
    return BulkResult.ALREADY if is_so else BulkResult.REFUSED
