"""The dashboard: what needs a person, what runs, and what keeps it running."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any, Final

from django.core.cache import cache
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actor import Actor
from audit.paging import Window
from audit.selectors.entries import entries_page
from audit.selectors.entry_filter import EntryFilter
from venom_portal.dashboard.chart import HEIGHT, WIDTH, chart_of
from venom_portal.dashboard.concerns import groups_of
from venom_portal.dashboard.stack import in_a_sentence, stack
from venom_portal.diagnosis.finding import Finding
from workflows.admin.shown import phase_of, progress
from workflows.admin.trail import page_about, result_of
from workflows.models import Session
from workflows.operations import create
from workflows.pages.base import Crumb, Page, actor_of
from workflows.pages.run.addresses import name_of
from workflows.selectors.activity import Hour, activity
from workflows.selectors.attention import SHOWN, attention, stuck_runs
from workflows.selectors.due_steps import DueSteps, due_steps
from workflows.selectors.overview import Overview, overview
from workflows.selectors.processes import Processes, is_alive, processes, silent_for
from workflows.states import RunState

_SHOWN: Final = {RunState.FAILED: SHOWN, RunState.PAUSED: SHOWN, RunState.IDLE: SHOWN, RunState.RUNNING: 8}
_ENTRIES: Final = 8
_DRAWN_AGAIN_AFTER: Final = 10
"""Seconds for which the chart's numbers are kept: nobody sees an hour's bar grow by less."""


class DashboardPage(Page):
    """The first page after the login: regions, each of which is also given alone, to be put in place of the old."""

    section = "dashboard"

    @property
    def title(self) -> str:
        """See ``Page``."""
        return _("Dashboard")

    def crumbs(self) -> list[Crumb]:
        """It is where every way begins."""
        return []

    @property
    def template_name(self) -> str:  # type: ignore[override]  # Django's is a plain attribute
        """The whole page, or one region of it."""
        return f"console/dashboard/{self.region or 'page'}.html"

    @property
    def region(self) -> str:
        """The region that is asked for; ``""``: the whole page."""
        htmx: Any = self.request.htmx  # type: ignore[attr-defined]  # django-htmx adds it
        found = (htmx.target or "").removeprefix("dashboard-") if htmx else ""
        return found if found in self._regions else ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """See Django; a region is another answer than its page."""
        response = super().dispatch(request, *args, **kwargs)
        response.headers["Vary"] = "HX-Request, HX-Target, Cookie"
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the regions that are asked for, of those that the person may see."""
        context = super().get_context_data(**kwargs) | {"may": {name: self._may(name) for name in self._regions}}
        for name, (_permission, read) in self._regions.items():
            if self._may(name) and self.region in ("", name):
                context |= read()
        context["sees_nothing"] = not any(context["may"][name] for name in ("attention", "workers", "trail"))
        context["may_start"] = self.actor.may("workflows.view_definition") and self.actor.may(create.PERMISSION)
        return context

    @property
    def _regions(self) -> Mapping[str, tuple[str, Callable[[], dict[str, Any]]]]:
        """The regions with the permission that each takes, in the order of the page."""
        return {
            "stack": ("workflows.view_session", self._stack),
            "attention": ("workflows.view_workflow", self._attention),
            "running": ("workflows.view_workflow", self._running),
            "activity": ("workflows.view_workflow", self._activity),
            "workers": ("workflows.view_session", self._workers),
            "trail": ("audit.view_entry", self._trail),
        }

    def _may(self, region: str) -> bool:
        return self.actor.may(self._regions[region][0])

    @cached_property
    def actor(self) -> Actor:
        """Who looks."""
        return actor_of(self.request)

    @cached_property
    def _around(self) -> Processes:
        return processes()

    @cached_property
    def _now(self) -> datetime:
        return timezone.now()

    @cached_property
    def _due(self) -> DueSteps:
        return due_steps()

    @cached_property
    def _overview(self) -> Overview:
        return overview(_SHOWN, stuck_runs(self._due, self._now)[:SHOWN])

    @cached_property
    def _findings(self) -> list[Finding]:
        return stack(self._around)

    def _stack(self) -> dict[str, Any]:
        wrong = [finding for finding in self._findings if not finding.is_ok]
        return {"findings": self._findings, "wrong": wrong, "stack_spoken": in_a_sentence(wrong)}

    def _attention(self) -> dict[str, Any]:
        answers = next(finding.is_ok for finding in self._findings if finding.name == "broker")
        found = attention(self._overview, self._due, self._around, self._now, broker_answers=answers)
        return {"groups": groups_of(found, self.actor)}

    def _running(self) -> dict[str, Any]:
        runs = self._overview.by_state[RunState.RUNNING]
        return {
            "running": [(run, name_of(run), phase_of(run), progress(run.done, run.total)) for run in runs],
            "running_count": self._overview.counts[RunState.RUNNING],
        }

    def _activity(self) -> dict[str, Any]:
        hours: list[Hour] = cache.get_or_set("dashboard-hours", self._hours, _DRAWN_AGAIN_AFTER) or []
        return {"chart": chart_of(hours), "chart_width": WIDTH, "chart_height": HEIGHT}

    def _hours(self) -> list[Hour]:
        return activity(self._now)

    def _workers(self) -> dict[str, Any]:
        due, served = self._due, self._around.served_queues
        queues = [(name, name in served, due.by_queue.get(name)) for name in sorted({*served, *due.by_queue})]
        rows = [(row, is_alive(row), silent_for(row), self._record_url(row)) for row in self._around.rows]
        return {"sessions": rows, "queues": queues, "due_is_cut": due.is_cut}

    def _trail(self) -> dict[str, Any]:
        page = entries_page(EntryFilter(), Window(_ENTRIES))
        return {
            "entries": [(entry, result_of(entry), page_about(entry)) for entry in page.rows],
            "trail_url": reverse("admin:audit_entry_changelist") if self._is_staff else "",
        }

    def _record_url(self, session: Session) -> str:
        return reverse("admin:workflows_session_change", args=[session.pk]) if self._is_staff else ""

    @property
    def _is_staff(self) -> bool:
        return bool(self.actor.user and self.actor.user.is_staff)
