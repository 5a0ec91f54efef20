"""What the tabs of a run have in common: the run, its header, the selected step, and the addresses."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar, NamedTuple
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.actor import Actor
from workflows.models import Workflow
from workflows.pages.base import Crumb, Page, actor_of
from workflows.pages.run.addresses import name_of, run_url
from workflows.pages.run.header import header_of
from workflows.pages.run.step_panel import Panel, detail_of, panel_of
from workflows.selectors.errors import Missing
from workflows.selectors.run_page import run_head
from workflows.selectors.step_details import StepDetail

TAB_TITLES: dict[str, Promise] = {
    "graph": gettext_lazy("Graph"),
    "timeline": gettext_lazy("Timeline"),
    "steps": gettext_lazy("Steps"),
    "logs": gettext_lazy("Logs"),
    "events": gettext_lazy("Events"),
    "audit": gettext_lazy("Audit"),
    "data": gettext_lazy("Input and output"),
}
"""The tabs in their order; the first is shown where none is named."""

HEADER, PANEL, TAB = "run-header", "step-panel", "run-tab"
"""The regions of the page, by the ids of their elements; each is also given alone, to be put in place of the old."""


class TabLink(NamedTuple):
    """One tab in the row of tabs."""

    title: str
    url: str
    is_current: bool


class RunPage(Page):
    """One tab of a run. A tab names itself, its template and its region's, and adds its context in ``tab_context``.

    ``hx-target`` chooses a region; then nothing is read for the others.
    """

    section = "runs"
    permission_required = "workflows.view_workflow"
    tab: ClassVar[str]

    fragments: ClassVar[Mapping[str, str]] = {}
    """Regions inside the tab that are given alone: the ids of their elements, and their templates."""

    @property
    def template_name(self) -> str:  # type: ignore[override]  # Django's is a plain attribute
        """The whole page, or one region of it."""
        return self._regions.get(self.region, f"console/run/{self.tab}.html")

    @property
    def region(self) -> str:
        """The region that is asked for; ``""``: the whole page."""
        found = (self.request.htmx.target or "") if self.request.htmx else ""  # type: ignore[attr-defined]  # django-htmx adds it
        return found if found in self._regions else ""

    @property
    def _regions(self) -> dict[str, str]:
        return {
            HEADER: "console/run/header.html",
            PANEL: "console/run/step_panel.html",
            TAB: f"console/run/{self.tab}_tab.html",
            **self.fragments,
        }

    @property
    def workflow_id(self) -> UUID:
        """The run's id, from the address."""
        found: UUID = self.kwargs["workflow_id"]
        return found

    @cached_property
    def run(self) -> Workflow:
        """The run, read once.

        Raises:
            Http404: there is none of this id.
        """
        try:
            return run_head(self.workflow_id)
        except Missing as error:
            raise Http404(str(error)) from error

    @cached_property
    def actor(self) -> Actor:
        """Who looks."""
        return actor_of(self.request)

    @property
    def step_id(self) -> str:
        """The selected step as clients write it; ``""``: none is."""
        return self.param("step")

    def param(self, name: str) -> str:
        """Give a parameter of the address; a character that no text in the database can have makes it empty."""
        text = self.request.GET.get(name, "")
        return "" if "\0" in text else text

    def number(self, name: str) -> int | None:
        """Give a parameter that is a number from 0 to what a column holds; anything else counts as not given."""
        text = self.param(name)
        return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """See Django; a region is another answer than its page."""
        response = super().dispatch(request, *args, **kwargs)
        response.headers["Vary"] = "HX-Request, HX-Target, Cookie"
        return response  # type: ignore[return-value]  # a view's answer

    @property
    def title(self) -> str:
        """See ``Page``."""
        return name_of(self.run)

    def crumbs(self) -> list[Crumb]:
        """See ``Page``."""
        return [Crumb(_("Runs"), reverse("console:runs")), Crumb(self.title)]

    def url_of(self, tab: str, step_id: str = "") -> str:
        """Give the address of a tab, with a selected step or without."""
        return run_url(self.workflow_id, tab, step_id)

    def here(self, **changes: str | None) -> str:
        """Give this page's address with other parameters; ``None`` leaves one out."""
        query = self.parameters(**changes)
        return f"?{query.urlencode()}" if query else self.request.path

    def parameters(self, **changes: str | None) -> QueryDict:
        """Give the address's parameters with others in their places; ``None`` leaves one out."""
        query = self.request.GET.copy()
        for name, value in changes.items():
            query.pop(name, None)
            if value is not None:
                query[name] = value
        return query

    def tab_context(self) -> dict[str, Any]:
        """Give what the tab shows."""
        return {}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the regions that are asked for."""
        region, context = self.region, super().get_context_data(**kwargs)
        context |= {"page": self, "run": self.run, "here": self.request.get_full_path(), "step_id": self.step_id}
        context["unselect_url"] = self.here(step=None)
        context["tabs"] = [
            TabLink(str(title), self.url_of(tab, self.step_id), tab == self.tab) for tab, title in TAB_TITLES.items()
        ]
        if region in ("", HEADER):
            context["header"] = header_of(self.run, self.actor, self.request)
        if region in ("", PANEL):
            context["panel"] = self.panel()
        if region not in (HEADER, PANEL):
            context |= self.tab_context()
        return context

    @cached_property
    def detail(self) -> StepDetail | None:
        """The selected step, read once; ``None``: none is selected, or the run has no such step."""
        return detail_of(self.run, self.step_id) if self.step_id else None

    def panel(self) -> Panel | None:
        """Give what is shown of the selected step; ``None``: none is selected."""
        if not self.step_id:
            return None
        back = self.request.get_full_path()
        return panel_of(self.run, self.actor, self.step_id, self.detail, self.tab, back)
