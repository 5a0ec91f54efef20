"""The tab of events: what happened to the run, in words, the latest first."""

import json
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse

from workflows.event_words import event_in_words
from workflows.models import Event
from workflows.pages.run.base import RunPage
from workflows.selectors.history import events_page
from workflows.selectors.paging import Window

AT_ONCE = 100
SMOOTH = ("step_started", "step_succeeded", "fan_out_opened")
"""Kinds that the short history leaves out: a run has thousands of them, and none needs anybody."""
_COOKIE = "venom-history"
_A_YEAR = 366 * 24 * 3600


@dataclass(frozen=True)
class Told:
    """An event in a sentence; ``data`` is what stands in the database."""

    row: Event
    words: str
    data: str
    step_url: str


class EventsTab(RunPage):
    """The history of a run. ``?after=`` goes on behind an event, towards the older ones, ``?before=`` back.

    ``?history=short`` leaves out what went smoothly, ``full`` nothing; the browser remembers which.
    """

    tab = "events"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """See Django; keeps what was chosen."""
        response = super().dispatch(request, *args, **kwargs)
        if chosen := self.param("history"):
            kept = "short" if chosen == "short" else "full"
            response.set_cookie(_COOKIE, kept, _A_YEAR, secure=request.is_secure(), httponly=True, samesite="Lax")
        return response

    @property
    def is_short(self) -> bool:
        """Whether what went smoothly is left out."""
        return (self.param("history") or self.request.COOKIES.get(_COOKIE)) == "short"

    def tab_context(self) -> dict[str, Any]:
        """See ``RunPage``."""
        before = self.number("before")
        window = Window(AT_ONCE, after=None if before is not None else self.number("after"), before=before)
        page = events_page(self.run.pk, window, descending=True, without=SMOOTH if self.is_short else ())
        return {
            "events": [self._told(row) for row in page.rows],
            "newer_url": "" if page.before is None else self.here(before=str(page.before), after=None),
            "older_url": "" if page.after is None else self.here(after=str(page.after), before=None),
            "newest_url": self.here(after=None, before=None),
            "is_short": self.is_short,
            "short_url": self.here(history="short", after=None, before=None),
            "full_url": self.here(history="full", after=None, before=None),
        }

    def _told(self, row: Event) -> Told:
        data = json.dumps(row.data, ensure_ascii=False, sort_keys=True) if row.data else ""
        url = self.here(step=row.step) if row.step else ""
        return Told(row, event_in_words(row.kind, row.data), data, url)
