"""The page of all runs."""

from functools import cached_property
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from audit.paging import write_key
from workflows.models import Workflow
from workflows.pages.base import Page, actor_of
from workflows.pages.bulk.buttons import bulk_buttons
from workflows.pages.runs.adding import query_with_added
from workflows.pages.runs.chips import chip_of, chips_of
from workflows.pages.runs.frame import frame_of
from workflows.pages.runs.keys import SIZES, key_in, keys_in, size_in
from workflows.pages.runs.query import RunQuery, query_in
from workflows.pages.runs.rows import RowMaker
from workflows.pages.runs.tabs import tabs_of, written
from workflows.selectors.paging import Page as RowsPage
from workflows.selectors.paging import Window
from workflows.selectors.run_list import Surroundings, surroundings_of
from workflows.selectors.runs import runs_by_id, runs_page

LIST = "runs-list"
"""The region that is drawn anew: with ``rows``, the runs that it shows already, in their places."""

ALL = ("view", "all")
"""Asks for the list without a filter where a view of one's own would be opened otherwise."""


class RunsPage(Page):
    """Runs that a filter lets pass, newest first, in pages that new runs do not move."""

    section = "runs"
    permission_required = "workflows.view_workflow"

    @property
    def template_name(self) -> str:  # type: ignore[override]  # Django's is a plain attribute
        """The whole page, or the list alone."""
        return "console/runs/list.html" if self.is_refresh else "console/runs/page.html"

    @property
    def title(self) -> str:
        """See ``Page``."""
        return _("Runs")

    @property
    def is_refresh(self) -> bool:
        """Whether only the list is asked for."""
        return bool(self.request.htmx and self.request.htmx.target == LIST)  # type: ignore[attr-defined]  # django-htmx adds it

    @cached_property
    def query(self) -> RunQuery:
        """The filter in the address."""
        return query_in(self.request.GET)

    @cached_property
    def size(self) -> int:
        """How many rows a page has."""
        return size_in(self.request.GET)

    @cached_property
    def page(self) -> "RowsPage[Workflow]":
        """The runs of this page of the list; drawn anew, those that it shows already."""
        if self._shown:
            return RowsPage(runs_by_id(self._shown), after=self._key("older"), before=self._key("newer"))
        return runs_page(self.query.wanted, Window(self.size, after=self._key("after"), before=self._key("before")))

    @cached_property
    def found(self) -> Surroundings:
        """What has been counted around the list."""
        hiding = [] if self.page.rows else [self.query.without(pair).wanted for pair in self.query.pairs]
        is_bare = not self.request.GET
        return surroundings_of(self.query.wanted, self._newest, hiding, self.request.user.pk if is_bare else None)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the list; lead to the address of what the form adds, and to one's own view where nothing is asked."""
        if "add" in request.GET:
            return HttpResponseRedirect(self.url_of(query_with_added(request.GET)))
        if self.query.problems:
            return self.render_to_response(self._unreadable(), status=400)
        if self.found.default_query:
            return HttpResponseRedirect(f"{request.path}?{self.found.default_query}")
        response = super().get(request, *args, **kwargs)
        response.headers["Vary"] = "HX-Request, HX-Target, Cookie"
        return response

    def url_of(self, query: RunQuery, size: int = 0) -> str:
        """Give the address of the list with a filter, from its beginning."""
        size = size or self.size
        return self._list_url([*query.pairs, *([("size", str(size))] if size != size_in({}) else [])])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the list, and around it what the filter can become."""
        page, found = self.page, self.found
        maker = RowMaker(self.query, self.url_of, links_records=bool(getattr(self.request.user, "is_staff", False)))
        matching = found.number_in(self.query.wanted.states)
        return super().get_context_data(
            **self._frame(),
            tabs=tabs_of(self.query, found, self.url_of),
            rows=[maker.row(run) for run in page.rows],
            matching=written(matching),
            may_take_all=not self.query.wanted.is_empty and matching.number > 0,
            newer_url=self._page_url("before", page.before),
            older_url=self._page_url("after", page.after),
            refresh_url=self._refresh_url(page),
            new=written(found.new) if found.new.number else "",
            hiding=self._hiding(),
            **kwargs,
        )

    def _frame(self) -> dict[str, Any]:
        sizes = [(size, self.url_of(self.query, size), size == self.size) for size in SIZES]
        return {
            **frame_of(self.query, self.url_of),
            "chips": chips_of(self.query, self.url_of),
            "buttons": bulk_buttons(actor_of(self.request), self.query),
            "sizes": sizes,
            "size": self.size,
        }

    def _unreadable(self) -> dict[str, Any]:
        return super().get_context_data(**self._frame())

    @cached_property
    def _shown(self) -> list[UUID]:
        """The runs that the list shows already."""
        return keys_in(self.request.GET.get("rows", "")) if self.is_refresh else []

    @property
    def _newest(self) -> UUID | None:
        """The run since which new ones are counted."""
        return self._key("newest") if self._shown else None

    def _key(self, name: str) -> UUID | None:
        return key_in(self.request.GET.get(name, ""))

    def _hiding(self) -> list[tuple[Any, str]]:
        """Say which parts of the filter hide runs: how many there would be without each."""
        if self.page.rows:
            return []
        return [
            (chip_of(self.query, pair, self.url_of), written(number) if number.number else "")
            for pair, number in zip(self.query.pairs, self.found.others, strict=True)
        ]

    def _list_url(self, pairs: Any) -> str:
        return f"{reverse('console:runs')}?{urlencode(list(pairs) or [ALL])}"

    def _page_url(self, side: str, key: Any) -> str:
        return "" if key is None else f"{self.url_of(self.query)}&{urlencode({side: write_key(key)})}"

    def _refresh_url(self, page: "RowsPage[Workflow]") -> str:
        """Give the address at which the list is drawn anew, with the same runs in the same places."""
        ids = self._shown or [run.pk for run in page.rows]
        newest = self._newest or (ids[0] if ids else "")
        place = {"rows": ",".join(key.hex for key in ids), "newest": newest, "older": page.after, "newer": page.before}
        return f"{self.url_of(self.query)}&{urlencode({name: value for name, value in place.items() if value})}"
