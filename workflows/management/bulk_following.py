"""Following a bulk operation until it ends, and telling what came of it."""

import time
from collections.abc import Iterator
from typing import TextIO
from uuid import UUID

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from workflows.management.following import POLL
from workflows.management.invocation import Invocation
from workflows.models.bulk import BulkResult, BulkStatus
from workflows.operations.bulk.work import work_on
from workflows.selectors.bulk import BulkView, ItemFilter, bulk_items_page, bulk_job_of
from workflows.selectors.paging import Window

_ENDED = (BulkStatus.COMPLETED, BulkStatus.CANCELLED)
_NAMED = 20
_INTERRUPTED = 130


def wait_for(invocation: Invocation, job_id: UUID) -> BulkView:
    """Wait until a job has ended, with a bar in a terminal, and give it as it ended."""
    try:
        if not invocation.as_json and invocation.out.isatty():
            return _show_bar(job_id, invocation.out)  # type: ignore[arg-type]  # the wrapper writes as a TextIO does
        *_before, ended = _follow(job_id)
    except KeyboardInterrupt:
        raise CommandError(_("The bulk operation goes on."), returncode=_INTERRUPTED) from None
    return ended


def lines_of(view: BulkView) -> Iterator[str]:
    """Say how far a job is and, of some runs that refused it or are gone, why."""
    yield f"{view.row.pk}  {view.row.operation}  {view.row.get_status_display()}"
    yield from _counts(view)
    for result in (BulkResult.REFUSED, BulkResult.GONE):
        page = bulk_items_page(view.row.pk, ItemFilter(result), Window(_NAMED))
        yield from (f"  {item.workflow_id}  {item.reason_code}: {item.message}" for item in page.rows)
        if page.after is not None:
            yield _("  … and more like this")


def exit_as_job_did(view: BulkView) -> None:
    """End with exit code 1 unless it is done, or would be, for every run.

    Raises:
        CommandError: it is not.
    """
    missed = [result for result in (BulkResult.REFUSED, BulkResult.GONE, BulkResult.WAITING) if view.results[result]]
    if missed:
        raise CommandError(", ".join(f"{view.results[result]} {result.label}" for result in missed))


def _counts(view: BulkView) -> Iterator[str]:
    if view.row.dry_run:
        yield _("No changes made: this is what would come of it.")
    counts = [f"{view.results[result]} {result.label}" for result in BulkResult if view.results[result]]
    yield _("%(total)s runs: %(counts)s") % {"total": view.results.total(), "counts": ", ".join(counts)}
    for code, number in view.reason_codes.most_common():
        yield f"  {number:>7}  {code}"


def _follow(job_id: UUID) -> Iterator[BulkView]:
    while True:
        view = bulk_job_of(job_id)
        yield view
        if view.row.status in _ENDED:
            return
        # A dry run changes nothing, so it needs no worker: it goes on here too.
        if not (view.row.dry_run and work_on(job_id, view.row.turn)):
            time.sleep(POLL)


def _show_bar(job_id: UUID, terminal: TextIO) -> BulkView:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(file=terminal)) as progress:
        bar = progress.add_task("")
        for view in _follow(job_id):
            total = view.results.total()
            state = str(view.row.get_status_display())
            progress.update(bar, description=state, completed=total - view.results[BulkResult.WAITING], total=total)
    return view
