"""A dry run leaves its audit entry and nothing else."""

from collections.abc import Iterator

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from audit.models import Entry
from audit.violation import Violation
from workflows.invariants.invariant import Invariant
from workflows.models import BulkItem, Workflow
from workflows.states import Operation

_AT_ONCE = 500


def _broken() -> Iterator[Violation]:
    """A version of a run names the operation that made it."""
    entries = Entry.objects.filter(operation_type=Operation.DRY_RUN)
    moved = entries.exclude(state_before="").exclude(state_after=F("state_before"))
    for operation_id, before, after in moved.values_list("pk", "state_before", "state_after").iterator():
        yield Violation("dry_run_changed_run", f"entry {operation_id}", {"before": before, "after": after})
    yield from _versions()
    done = BulkItem.objects.filter(job__dry_run=True, operation_id__isnull=False)
    for job_id, workflow_id in done.values_list("job_id", "workflow_id").iterator():
        yield Violation("dry_run_changed_run", f"bulk operation {job_id} run {workflow_id}")


def _versions() -> Iterator[Violation]:
    batch: list[str] = []
    ids = Entry.objects.filter(operation_type=Operation.DRY_RUN).values_list("pk", flat=True).iterator()
    for operation_id in ids:
        batch.append(str(operation_id))
        if len(batch) == _AT_ONCE:
            yield from _versions_of(batch)
            batch = []
    yield from _versions_of(batch)


def _versions_of(operation_ids: list[str]) -> Iterator[Violation]:
    versions = Workflow.history.filter(history_change_reason__in=operation_ids)
    for workflow_id, operation_id in versions.values_list("id", "history_change_reason"):
        yield Violation("dry_run_changed_run", f"entry {operation_id}", {"run": str(workflow_id)})


INVARIANT = Invariant(
    "dry_runs",
    {"dry_run_changed_run": _("a dry run has changed something")},
    _broken,
)
