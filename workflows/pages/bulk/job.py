"""The page of one bulk operation: how far it is, what came of each run, and what may be done to it."""

from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

from django.http import Http404
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from audit.actor import Actor
from audit.paging import read_key, write_key
from workflows.admin.operations.words import act_on_runs
from workflows.admin.shown import icon_of, progress, state
from workflows.models import BulkItem
from workflows.models.bulk import BulkResult, BulkStatus
from workflows.operations.bulk.work import AT_WORK
from workflows.pages.base import Crumb, Page, actor_of
from workflows.pages.bulk.acts import act_buttons
from workflows.pages.bulk.results import result_in_words, result_of, result_rows
from workflows.pages.bulk.ways import MOST_NAMED, as_command, as_curl
from workflows.pages.bulk.words import RESULT_ICONS
from workflows.pages.runs.chips import still_chips
from workflows.pages.runs.query import RunQuery, query_of
from workflows.selectors.bulk import BulkView, ItemFilter, bulk_items_page, bulk_job_of, filter_of
from workflows.selectors.errors import Missing
from workflows.selectors.paging import Window
from workflows.selectors.runs import runs_by_id
from workflows.states import Operation, RunState

REGION = "bulk"
"""The region that is drawn anew while workers are at it."""

_SIZE = 50
_LIKE_RUNS = {
    BulkStatus.COLLECTING: RunState.IDLE,
    BulkStatus.RUNNING: RunState.RUNNING,
    BulkStatus.PAUSED: RunState.PAUSED,
    BulkStatus.CANCELLED: RunState.CANCELLED,
    BulkStatus.COMPLETED: RunState.COMPLETED,
}
"""A job's state has the icon and the colour of this state of a run."""


class ResultTab(NamedTuple):
    """One result with the number of runs that have it, or all."""

    title: str
    icon: str
    number: int
    url: str
    is_current: bool


class BulkPage(Page):
    """One bulk operation; ``result`` in the address shows the runs with one result."""

    section = "runs"
    permission_required = ("workflows.view_workflow", "workflows.view_bulkjob")

    @property
    def template_name(self) -> str:  # type: ignore[override]  # Django's is a plain attribute
        """The whole page, or what changes of it."""
        htmx = self.request.htmx  # type: ignore[attr-defined]  # django-htmx adds it
        return "console/bulk/job_region.html" if htmx and htmx.target == REGION else "console/bulk/job.html"

    @cached_property
    def view(self) -> BulkView:
        """The job, read once.

        Raises:
            Http404: there is none of this id.
        """
        try:
            return bulk_job_of(self.kwargs["job_id"])
        except Missing as error:
            raise Http404(str(error)) from error

    @cached_property
    def actor(self) -> Actor:
        """Who looks."""
        return actor_of(self.request)

    @property
    def title(self) -> str:
        """See ``Page``."""
        act = act_on_runs(Operation(self.view.row.operation), self.view.counts["total"])
        return _("Dry run: %(act)s") % {"act": act} if self.view.row.dry_run else act

    def crumbs(self) -> list[Crumb]:
        """See ``Page``."""
        runs, bulks = reverse("console:runs"), reverse("console:bulks")
        return [Crumb(_("Runs"), runs), Crumb(_("Bulk operations"), bulks), Crumb(self.title)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the job, its results and its buttons."""
        job, counts = self.view.row, self.view.counts
        page = bulk_items_page(job.pk, ItemFilter(self._result), Window(_SIZE, self._key("after"), self._key("before")))
        runs = {run.pk: run for run in runs_by_id([item.workflow_id for item in page.rows])}
        is_staff = bool(getattr(self.request.user, "is_staff", False))
        return super().get_context_data(
            job=job,
            state=job_state(job.status, job.get_status_display()),
            progress=progress(counts["total"] - counts["waiting"], counts["total"]),
            is_at_work=job.status in AT_WORK,
            counts=[
                (result_of(result, is_done=not job.dry_run), counts[result]) for result in BulkResult if counts[result]
            ],
            tabs=self._tabs(),
            rows=result_rows(page.rows, runs, is_dry_run=job.dry_run, links_records=is_staff),
            newer_url=self._page_url("before", page.before),
            older_url=self._page_url("after", page.after),
            here=self.request.get_full_path(),
            buttons=act_buttons(self.actor, self.view),
            again_url=self._again_url(),
            record_url=reverse("admin:audit_entry_change", args=[job.pk]) if is_staff else "",
            **self._selection(),
            **kwargs,
        )

    def _tabs(self) -> list[ResultTab]:
        counts, is_done = self.view.counts, not self.view.row.dry_run
        tabs = [ResultTab(_("All"), "", counts["total"], self._url(""), not self._result)]
        for result in BulkResult:
            if counts[result] or result == self._result:
                url, is_current = self._url(result), result == self._result
                words = result_in_words(result, is_done=is_done)
                tabs.append(ResultTab(words, RESULT_ICONS[result], counts[result], url, is_current))
        return tabs

    def _selection(self) -> dict[str, Any]:
        """Say how the runs were chosen, and give the other ways to do the same."""
        job = self.view.row
        wanted = filter_of(job.pk)
        query = None if wanted is None else query_of(wanted)
        which: RunQuery | list[UUID] = query or self._named()
        ways: dict[str, Any] = {"chips": still_chips(query) if query else []}
        if not which:
            return ways
        operation, options = Operation(job.operation), job.options
        command = as_command(operation, which, options, job.reason)
        asked = {**options, "dry_run": True} if job.dry_run else options
        ways["command"] = f"{command} --preview" if job.dry_run else command
        ways["curl"] = as_curl(self.request, operation, which, asked, job.reason)
        return ways

    def _named(self) -> list[UUID]:
        """Give the ids of the runs, where they are few enough for a command."""
        if self.view.counts["total"] > MOST_NAMED:
            return []
        return list(self.view.row.items.order_by("id").values_list("workflow_id", flat=True))

    def _again_url(self) -> str:
        """Give the address at which what was only tried can be done, where this can be."""
        job = self.view.row
        is_done = job.dry_run and job.status == BulkStatus.COMPLETED and self.view.counts["done"] and not job.step_id
        return reverse("console:bulk-new", args=[job.operation]) if is_done else ""

    @property
    def _result(self) -> str:
        result = self.request.GET.get("result", "")
        return result if result in BulkResult.values else ""

    def _key(self, name: str) -> Any:
        text = self.request.GET.get(name, "")
        return read_key(BulkItem, "id", text) if text.isascii() and text.isdigit() and len(text) < 19 else None

    def _url(self, result: str) -> str:
        url = reverse("console:bulk", args=[self.view.row.pk])
        return f"{url}?{urlencode({'result': result})}" if result else url

    def _page_url(self, side: str, key: Any) -> str:
        pairs = {"result": self._result} if self._result else {}
        return "" if key is None else f"{self._url('')}?{urlencode({**pairs, side: write_key(key)})}"


def job_state(status: str, words: str) -> str:
    """Show a job's state."""
    like = _LIKE_RUNS[BulkStatus(status)]
    return state(like, words, icon_of(like))
