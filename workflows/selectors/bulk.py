"""Reads of bulk operations: how far they are, and what came of each run."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from workflows.models import BulkItem, BulkJob, Workflow
from workflows.models.bulk import BulkResult
from workflows.run_filter import RunFilter
from workflows.selectors.errors import Missing
from workflows.selectors.paging import Page, Window, read_page


@dataclass
class BulkView:
    """A job with its runs counted: by what came of them, and by the code of why."""

    row: BulkJob
    results: Counter[str] = field(default_factory=Counter)
    reason_codes: Counter[str] = field(default_factory=Counter)

    @property
    def counts(self) -> dict[str, int]:
        """All runs, and those with each result."""
        return {"total": self.results.total(), **{result: self.results[result] for result in BulkResult.values}}


@dataclass(frozen=True)
class ItemFilter:
    """Which runs of a job: all that every given part fits."""

    result: str = ""
    reason_code: str = ""


def bulk_jobs_page(window: Window) -> Page[BulkJob]:
    """Read a page of jobs, the newest first."""
    return read_page(BulkJob.objects.defer("selection"), "id", window, descending=True)


def counted(jobs: Iterable[BulkJob]) -> list[BulkView]:
    """Count the runs of these jobs, in one statement."""
    views = {job.pk: BulkView(job) for job in jobs}
    rows = BulkItem.objects.filter(job__in=list(views)).values_list("job", "result", "reason_code")
    for job_id, result, reason_code, number in rows.annotate(number=Count("pk")).order_by():
        view = views[job_id]
        view.results[result] += number
        if reason_code:
            view.reason_codes[reason_code] += number
    return list(views.values())


def bulk_job_of(job_id: UUID | str) -> BulkView:
    """Read a job.

    Raises:
        Missing: there is none of this id.
    """
    job = BulkJob.objects.defer("selection").filter(pk=bulk_id(job_id)).first()
    if job is None:
        raise _no_job(job_id)
    return counted([job])[0]


def asked_in(job_id: UUID) -> tuple[dict[str, Any], str]:
    """Give the options and the reason with which a job was asked for; none where there is no such job."""
    found = BulkJob.objects.filter(pk=job_id).values_list("options", "reason").first()
    return found or ({}, "")


def filter_of(job_id: UUID) -> RunFilter | None:
    """Give the filter by which a job's runs were chosen; ``None``: they were named by their ids."""
    written = BulkJob.objects.filter(pk=job_id).values_list("selection__filter", flat=True).first()
    return None if written is None else RunFilter.from_json(written)


def runs_of_job(job_id: UUID) -> QuerySet[Workflow]:
    """Select the runs that a job is about, those that there still are."""
    return Workflow.objects.filter(pk__in=BulkItem.objects.filter(job=job_id).values("workflow_id"))


def bulk_items_page(job_id: UUID | str, wanted: ItemFilter, window: Window) -> Page[BulkItem]:
    """Read a page of what came of a job's runs, in the order in which they are dealt with.

    Raises:
        Missing: there is no such job.
    """
    if not BulkJob.objects.filter(pk=bulk_id(job_id)).exists():
        raise _no_job(job_id)
    rows = BulkItem.objects.filter(job=bulk_id(job_id))
    if wanted.result:
        rows = rows.filter(result=wanted.result)
    if wanted.reason_code:
        rows = rows.filter(reason_code=wanted.reason_code)
    return read_page(rows, "id", window)


def bulk_id(text: UUID | str) -> UUID:
    """Read a job's id as people write it.

    Raises:
        Missing: it is not even a UUID.
    """
    try:
        return text if isinstance(text, UUID) else UUID(text)
    except ValueError as error:
        raise _no_job(text) from error


def _no_job(job_id: object) -> Missing:
    return Missing(_("there is no bulk operation %(id)s") % {"id": job_id})
