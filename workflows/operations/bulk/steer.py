"""Hold a bulk job, let it go on, or end it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actor import SYSTEM, Actor
from audit.models import Result
from audit.record import record
from workflows.dispatch import wake_bulk_on_commit
from workflows.engine.transaction import writing
from workflows.models import BulkJob
from workflows.models.bulk import BulkStatus
from workflows.operations.bulk.part import check_bulk
from workflows.operations.errors import Refused
from workflows.states import Operation, ReasonCode

STEERED = "bulk_job_"
"""What the audit entries of acts on the job itself begin with."""


class BulkAct(StrEnum):
    """What can be asked of a bulk job."""

    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"
    RETRY_FAILED = "retry-failed"


_SOURCES: dict[BulkAct, frozenset[BulkStatus]] = {
    BulkAct.PAUSE: frozenset({BulkStatus.RUNNING}),
    BulkAct.RESUME: frozenset({BulkStatus.PAUSED}),
    BulkAct.CANCEL: frozenset({BulkStatus.COLLECTING, BulkStatus.RUNNING, BulkStatus.PAUSED}),
    BulkAct.RETRY_FAILED: frozenset({BulkStatus.COMPLETED, BulkStatus.CANCELLED}),
}
_TARGETS = {
    BulkAct.PAUSE: BulkStatus.PAUSED,
    BulkAct.RESUME: BulkStatus.RUNNING,
    BulkAct.CANCEL: BulkStatus.CANCELLED,
}


def allowed_acts(status: str) -> list[BulkAct]:
    """List what a job's state allows."""
    return [act for act, sources in _SOURCES.items() if status in sources]


@dataclass(frozen=True)
class BulkCall:
    """One call about a bulk job, as its audit entry needs it."""

    actor: Actor
    job_id: UUID
    act: BulkAct
    reason: str
    operation_id: UUID | None

    @contextmanager
    def refusal_on_record(self) -> Iterator[None]:
        """Put it on record when what is inside is refused."""
        try:
            yield
        except Refused as refusal:
            with writing():
                self.record(Result.FAILURE, refusal.code, error=refusal.message)
            raise

    def lock_job(self) -> BulkJob:
        """Lock the job.

        Raises:
            Refused: there is none, or this actor may not do this to it, or its state does not allow it.
        """
        job = BulkJob.objects.defer("selection").select_for_update().filter(pk=self.job_id).first()
        if job is None:
            raise Refused(ReasonCode.RESOURCE_NOT_FOUND, _("There is no bulk operation %(id)s.") % {"id": self.job_id})
        check_bulk(self.actor, Operation(job.operation), job.options, dry_run=job.dry_run)
        if job.status not in _SOURCES[self.act]:
            raise Refused(
                ReasonCode.FORBIDDEN_TRANSITION,
                _("The bulk operation is %(state)s, which does not allow %(act)s; it allows: %(allowed)s.")
                % {"state": job.get_status_display(), "act": self.act, "allowed": ", ".join(allowed_acts(job.status))},
            )
        return job

    def record(self, result: Result, code: ReasonCode, before: str = "", after: str = "", error: str = "") -> None:
        """Put it on record, as a part of the bulk operation."""
        record(
            self.actor,
            f"{STEERED}{self.act.name.lower()}",
            "workflow",
            str(self.job_id),
            result=result,
            reason_code=code,
            operation_id=self.operation_id,
            parent=self.job_id,
            state_before=before,
            state_after=after,
            reason=self.reason,
            error_message=error,
        )


def steer_bulk(actor: Actor, job_id: UUID, act: BulkAct, reason: str = "", operation_id: UUID | None = None) -> BulkJob:
    """Pause it, resume it or cancel it, and give it as it is then.

    It is held or ended between two runs, not within one: as many runs as workers are at may still follow.

    Raises:
        Refused: ``permission_denied``, ``resource_not_found`` or ``forbidden_transition``; on record.
    """
    call = BulkCall(actor, job_id, act, reason, operation_id)
    with call.refusal_on_record(), writing():
        job = call.lock_job()
        before, job.status = job.status, _TARGETS[act]
        job.announced_at = timezone.now()
        job.finished_at = job.announced_at if act is BulkAct.CANCEL else None
        job.save(update_fields=["status", "finished_at", "announced_at"])
        code = ReasonCode.OPERATION_CANCELLED if act is BulkAct.CANCEL else ReasonCode.OPERATION_COMPLETED
        call.record(Result.SUCCESS, code, before, job.status)
        if act is BulkAct.RESUME:
            wake_bulk_on_commit(job.pk, job.turn)
    return job


def cancel_for_want_of_an_actor(job: BulkJob) -> None:
    """Cancel a job whose user has been deleted: nobody is left with whose rights it could go on."""
    steer_bulk(SYSTEM, job.pk, BulkAct.CANCEL, reason="user_is_gone")
