"""The tab of events: what happened to the run, in words, the latest first."""

import json
from dataclasses import dataclass
from typing import Any

from workflows.event_words import event_in_words
from workflows.models import Event
from workflows.pages.run.base import RunPage
from workflows.selectors.history import events_page
from workflows.selectors.paging import Window

AT_ONCE = 100


@dataclass(frozen=True)
class Told:
    """An event in a sentence; ``data`` is what stands in the database."""

    row: Event
    words: str
    data: str
    step_url: str


class EventsTab(RunPage):
    """The history of a run. ``?after=`` goes on behind an event, towards the older ones, ``?before=`` back."""

    tab = "events"

    def tab_context(self) -> dict[str, Any]:
        """See ``RunPage``."""
        before = self.number("before")
        window = Window(AT_ONCE, after=None if before is not None else self.number("after"), before=before)
        page = events_page(self.run.pk, window, descending=True)
        return {
            "events": [self._told(row) for row in page.rows],
            "newer_url": "" if page.before is None else self.here(before=str(page.before), after=None),
            "older_url": "" if page.after is None else self.here(after=str(page.after), before=None),
            "newest_url": self.here(after=None, before=None),
        }

    def _told(self, row: Event) -> Told:
        data = json.dumps(row.data, ensure_ascii=False, sort_keys=True) if row.data else ""
        url = self.here(step=row.step) if row.step else ""
        return Told(row, event_in_words(row.kind, row.data), data, url)
