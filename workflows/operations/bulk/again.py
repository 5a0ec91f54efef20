"""Do again the failed part of a bulk operation, as a new one."""

from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from audit.actor import Actor
from workflows.engine.transaction import writing
from workflows.models import BulkItem, BulkJob
from workflows.models.bulk import BulkResult, BulkStatus
from workflows.operations.bulk.ask import NewBulk, create_bulk
from workflows.operations.bulk.steer import BulkAct, BulkCall
from workflows.operations.errors import Refused
from workflows.states import Operation, ReasonCode


def retry_failed(actor: Actor, job_id: UUID, reason: str = "", operation_id: UUID | None = None) -> BulkJob:
    """Ask for the same operation on the runs that refused it, and on those that a cancelled job had not come to.

    Raises:
        Refused: ``permission_denied``, ``resource_not_found``, ``forbidden_transition`` (the job has not ended) or
            ``invalid_state`` (there is no such run); on record.
    """
    call = BulkCall(actor, job_id, BulkAct.RETRY_FAILED, reason, operation_id)
    with call.refusal_on_record(), writing():
        job = call.lock_job()
        failed = list(BulkItem.objects.filter(_failed(job), job=job).values_list("workflow_id", flat=True))
        if not failed:
            raise Refused(ReasonCode.INVALID_STATE, _("No run of this bulk operation was refused."))
    asked = NewBulk(
        operation=Operation(job.operation),
        workflow_ids=failed,
        step_id=job.step_id or None,
        options=job.options,
        metadata=job.metadata,
        reason=reason or job.reason,
        dry_run=job.dry_run,
        retry_of=job.pk,
        operation_id=operation_id,
    )
    return create_bulk(actor, asked)


def _failed(job: BulkJob) -> Q:
    refused = Q(result=BulkResult.REFUSED)
    return refused | Q(result=BulkResult.WAITING) if job.status == BulkStatus.CANCELLED else refused
