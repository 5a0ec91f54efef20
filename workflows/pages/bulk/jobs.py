"""The list of bulk operations."""

from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from audit.paging import read_key, write_key
from workflows.admin.operations.words import act_on_runs
from workflows.admin.shown import progress
from workflows.models import BulkJob
from workflows.models.bulk import BulkResult
from workflows.pages.base import Crumb, Page
from workflows.pages.bulk.job import job_state
from workflows.pages.bulk.results import result_of
from workflows.selectors.bulk import BulkView, bulk_jobs_page, counted
from workflows.selectors.paging import Window
from workflows.states import Operation

_SIZE = 50


class BulksPage(Page):
    """All bulk operations, the newest first."""

    section = "runs"
    permission_required = ("workflows.view_workflow", "workflows.view_bulkjob")
    template_name = "console/bulk/jobs.html"

    @property
    def title(self) -> str:
        """See ``Page``."""
        return _("Bulk operations")

    def crumbs(self) -> list[Crumb]:
        """See ``Page``."""
        return [Crumb(_("Runs"), reverse("console:runs")), Crumb(self.title)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add a page of them."""
        page = bulk_jobs_page(Window(_SIZE, after=self._key("after"), before=self._key("before")))
        return super().get_context_data(
            jobs=[_shown(view) for view in counted(page.rows)],
            newer_url=_page_url("before", page.before),
            older_url=_page_url("after", page.after),
            **kwargs,
        )

    def _key(self, name: str) -> Any:
        text = self.request.GET.get(name, "")
        try:
            return read_key(BulkJob, "id", text) if text else None
        except ValueError:
            return None


def _shown(view: BulkView) -> dict[str, Any]:
    job, counts = view.row, view.counts
    return {
        "job": job,
        "title": act_on_runs(Operation(job.operation), counts["total"]),
        "url": reverse("console:bulk", args=[job.pk]),
        "state": job_state(job.status, job.get_status_display()),
        "progress": progress(counts["total"] - counts["waiting"], counts["total"]),
        "counts": [
            (result_of(result, is_done=not job.dry_run), counts[result]) for result in BulkResult if counts[result]
        ],
    }


def _page_url(side: str, key: Any) -> str:
    return "" if key is None else f"{reverse('console:bulks')}?{urlencode({side: write_key(key)})}"
