"""Ask for one operation on many runs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from audit.actor import Actor
from audit.models import Result
from audit.record import record
from workflows.engine.transaction import writing
from workflows.models import BulkJob
from workflows.models.workflow import new_id
from workflows.operations.bulk.collect import collect
from workflows.operations.bulk.part import check_bulk
from workflows.operations.errors import Refused
from workflows.run_filter import RunFilter, filtered_runs
from workflows.states import Operation, ReasonCode
from workflows.values import NotJson, TooLarge, encode, to_json

MOST_RUNS = 100_000
_LONGEST_STEP_ID = 220


@dataclass(frozen=True)
class NewBulk:
    """What is asked for: the runs that fit a filter, or these; one of both.

    ``dry_run``: nothing is done, and each run tells what would come of it. ``retry_of`` is the job of which this one
    does the failed part; ``operation_id`` becomes the id of the job and of its audit entry.
    """

    operation: Operation
    wanted: RunFilter | None = None
    workflow_ids: Sequence[UUID] | None = None
    step_id: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    metadata: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    dry_run: bool = False
    retry_of: UUID | None = None
    operation_id: UUID | None = None


def create_bulk(actor: Actor, asked: NewBulk) -> BulkJob:
    """Freeze the runs as they are now, and let workers begin.

    A run that is created later is no part of it. When this takes long or is
    interrupted, workers go on collecting.

    Raises:
        Refused: ``permission_denied`` or ``invalid_configuration`` (with ``fields``): nothing is done, and the refusal
            is on record.
    """
    job_id = asked.operation_id or new_id()
    try:
        _check(actor, asked, job_id)
        job = _insert(actor, asked, job_id)
    except Refused as refusal:
        with writing():
            _record(actor, asked, job_id, "", Result.FAILURE, refusal.code, refusal.message)
        raise
    collect(job)
    return BulkJob.objects.defer("selection").get(pk=job_id)


def _check(actor: Actor, asked: NewBulk, job_id: UUID) -> None:
    check_bulk(actor, asked.operation, asked.options, dry_run=asked.dry_run)
    for name, given in (("metadata", asked.metadata), ("options", asked.options)):
        try:
            encode(to_json(dict(given), name))
        except (NotJson, TooLarge) as error:
            raise _unusable({name: [str(error)]}) from error
    if len(asked.step_id or "") > _LONGEST_STEP_ID:
        raise _unusable({"step_id": [_("No step has a name as long as this.")]})
    if problems := problems_of_selection(asked, job_id):
        raise _unusable(problems)


def problems_of_selection(asked: NewBulk, job_id: UUID) -> dict[str, list[str]]:
    """Say why no job of this id can be about these runs, if so; runs that are younger than the id are no part of it."""
    if (asked.wanted is None) == (asked.workflow_ids is None):
        return {"filter": [_("Say which runs: by a filter or by their ids, one of both.")]}
    if asked.workflow_ids is not None:
        return _problems_of_number("workflow_ids", len(asked.workflow_ids))
    if asked.wanted is None or asked.wanted.is_empty:
        return {"filter": [_("An empty filter would be every run; narrow it down, if need be by naming all states.")]}
    return _problems_of_number("filter", filtered_runs(asked.wanted).filter(pk__lt=job_id)[: MOST_RUNS + 1].count())


def _problems_of_number(name: str, number: int) -> dict[str, list[str]]:
    if number == 0:
        return {name: [_("No run is meant by this.")]}
    if number > MOST_RUNS:
        most = {"most": MOST_RUNS}
        return {name: [_("These are more than %(most)s runs; narrow it down, for example by since and until.") % most]}
    return {}


def _unusable(problems: dict[str, list[str]]) -> Refused:
    return Refused(ReasonCode.INVALID_CONFIGURATION, _("The bulk operation cannot be made like this."), problems)


def _insert(actor: Actor, asked: NewBulk, job_id: UUID) -> BulkJob:
    now = timezone.now()
    with writing():
        job = BulkJob.objects.create(
            id=job_id,
            operation=asked.operation,
            step_id=asked.step_id or "",
            options=dict(asked.options),
            metadata=dict(asked.metadata),
            reason=asked.reason,
            dry_run=asked.dry_run,
            selection=_selection(asked),
            announced_at=now,
            retry_of_id=asked.retry_of,
            created_by=actor.user,
            created_by_name=actor.name,
            is_local=actor.user is None,
            surface=actor.surface,
            address=actor.address[:64],
            language=get_language() or "",
            created_at=now,
        )
        _record(actor, asked, job_id, str(job_id), Result.SUCCESS, ReasonCode.OPERATION_IN_PROGRESS)
    return job


def _selection(asked: NewBulk) -> dict[str, Any]:
    if asked.workflow_ids is not None:
        return {"workflow_ids": sorted({str(workflow_id) for workflow_id in asked.workflow_ids})}
    return {"filter": asked.wanted.to_json() if asked.wanted else {}}


def _record(
    actor: Actor, asked: NewBulk, job_id: UUID, resource_id: str, result: Result, code: ReasonCode, error: str = ""
) -> None:
    """Put it on record; a dry run is a kind of its own, which nobody takes for the act."""
    ids = asked.workflow_ids
    record(
        actor,
        "bulk_dry_run" if asked.dry_run else f"bulk_{asked.operation}",
        "workflow",
        resource_id,
        result=result,
        reason_code=code,
        operation_id=job_id,
        parent=asked.retry_of,
        params={
            "operation": asked.operation,
            "step_id": asked.step_id,
            "filter": asked.wanted.to_json() if asked.wanted else None,
            "workflow_ids": len(ids) if ids is not None else None,
        }
        # What cannot be written as JSON has been refused, and cannot be put on record.
        | ({} if error else {"options": dict(asked.options), "metadata": dict(asked.metadata)}),
        reason=asked.reason,
        error_message=error,
    )
