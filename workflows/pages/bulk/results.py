"""What came of the runs of a bulk operation, as it is shown."""

from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from workflows.admin.shown import state, state_of
from workflows.models import BulkItem, Workflow
from workflows.models.bulk import BulkResult
from workflows.pages.bulk.words import RESULT_CLASSES, RESULT_ICONS
from workflows.pages.run.addresses import name_of, run_url
from workflows.pages.runs.rows import short_id


@dataclass(frozen=True)
class ResultRow:
    """One run's part; ``run_state`` is empty where the run is gone, ``record_url`` where there is no entry to see."""

    item: BulkItem
    name: str
    url: str
    run_state: SafeString | str
    result: SafeString
    record_url: str


def result_of(result: str, *, is_done: bool = True) -> SafeString:
    """Show a result as an icon, a word and a colour; where nothing ``is_done``, as what would come of it."""
    return state(RESULT_CLASSES[result], result_in_words(result, is_done=is_done), RESULT_ICONS[result])


def result_in_words(result: str, *, is_done: bool = True) -> str:
    """Name a result; where nothing ``is_done``, as what would come of it."""
    return str(BulkResult(result).label) if is_done or result != BulkResult.DONE else _("would be done")


def result_rows(
    items: list[BulkItem], runs: dict[UUID, Workflow], *, is_dry_run: bool, links_records: bool
) -> list[ResultRow]:
    """Show items beside their runs, as far as there are these."""
    return [
        _row(item, runs.get(item.workflow_id), is_dry_run=is_dry_run, links_records=links_records) for item in items
    ]


def _row(item: BulkItem, run: Workflow | None, *, is_dry_run: bool, links_records: bool) -> ResultRow:
    entry = item.operation_id if links_records else None
    return ResultRow(
        item,
        name_of(run) if run else f"…{short_id(item.workflow_id)}",
        run_url(run.pk) if run else "",
        state_of(run) if run else "",
        result_of(item.result, is_done=not is_dry_run),
        reverse("admin:audit_entry_change", args=[entry]) if entry else "",
    )
