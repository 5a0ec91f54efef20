"""What a client was answered is on record under the operation's id."""

import json
from collections.abc import Iterator
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from audit.models import Entry
from audit.violation import Violation
from workflows.invariants.invariant import Invariant
from workflows.invariants.removed import entries_were_removed, removed_until
from workflows.models import BulkItem, BulkJob, IdempotencyKey

_CREATED, _ACCEPTED = 201, 202


def _broken() -> Iterator[Violation]:
    yield from _of_keys()
    yield from _of_bulk_jobs()


def _of_keys() -> Iterator[Violation]:
    """An answer is kept after its operation's commit, so its entry is there before it. Keys are kept for a day."""
    until = removed_until()
    young = Q() if until is None else Q(created_at__gt=until)
    for key in IdempotencyKey.objects.filter(young, status__isnull=False).iterator():
        operation_id = _operation_of(key)
        if operation_id and not Entry.objects.filter(pk=operation_id).exists():
            facts = {"operation_id": str(operation_id), "http_status": key.status}
            yield Violation("answer_without_entry", f"idempotency key {key.pk}", facts)


def _operation_of(key: IdempotencyKey) -> UUID | None:
    """Give the operation that an answer tells of; one that was refused before it was tried tells of none."""
    if key.status in (_CREATED, _ACCEPTED):
        return key.operation_id
    try:
        return UUID(json.loads(key.body)["operation_id"])
    except (ValueError, TypeError, KeyError):
        return None


def _of_bulk_jobs() -> Iterator[Violation]:
    of_job = Entry.objects.filter(pk=OuterRef("pk"))
    for job_id in BulkJob.objects.filter(~Exists(of_job)).values_list("pk", flat=True).iterator():
        if entries_were_removed("workflow", job_id):
            continue
        yield Violation("answer_without_entry", f"bulk operation {job_id}", {"operation_id": str(job_id)})
    of_item = Entry.objects.filter(pk=OuterRef("operation_id"))
    items = BulkItem.objects.filter(~Exists(of_item), operation_id__isnull=False)
    for job_id, workflow_id, operation_id in items.values_list("job_id", "workflow_id", "operation_id").iterator():
        if entries_were_removed("workflow", workflow_id):
            continue
        facts = {"operation_id": str(operation_id)}
        yield Violation("answer_without_entry", f"bulk operation {job_id} run {workflow_id}", facts)


INVARIANT = Invariant(
    "answers",
    {"answer_without_entry": _("an operation was answered, but is not on record")},
    _broken,
)
