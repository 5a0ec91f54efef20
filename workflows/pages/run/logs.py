"""The tab of logs: the newest lines at the bottom; followed, filtered, searched, and given as a file."""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.export.response import streamed
from workflows.models import LogLine
from workflows.pages.run.base import RunPage
from workflows.selectors.errors import Missing
from workflows.selectors.history import LogFilter, logs_page
from workflows.selectors.paging import Page, Window
from workflows.selectors.runs import plan_id_of
from workflows.states import ENDED

AT_ONCE = 200
IN_FILE_AT_ONCE = 2_000
LEVELS = (logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR)


@dataclass(frozen=True)
class Line:
    """A line, with the address that leads to it from anywhere."""

    row: LogLine
    level: str
    url: str
    step_url: str
    is_meant: bool


class LogsTab(RunPage):
    """What the steps logged. ``?of=`` step, ``?level=``, ``?q=`` text; ``?line=`` shows the lines around one."""

    tab = "logs"
    fragments: ClassVar[Mapping[str, str]] = {"log-new": "console/run/log_new.html"}

    def tab_context(self) -> dict[str, Any]:
        """See ``RunPage``."""
        wanted, page = wanted_of(self), self._page()
        is_newest = not any(self.param(name) for name in ("after", "before", "line"))
        has_later = page.after is not None and not is_newest
        return {
            "lines": [self._line(row) for row in page.rows],
            "last_seq": page.rows[-1].seq if page.rows else self.number("after") or 0,
            "earlier_url": "" if page.before is None else self.here(before=str(page.before), after=None, line=None),
            "later_url": self.here(after=str(page.after), before=None, line=None) if has_later else "",
            "newest_url": self.here(after=None, before=None, line=None),
            "is_newest": is_newest,
            "is_over": self.run.status in ENDED and not self.run.in_flight,
            "wanted": wanted,
            "is_filtered": wanted != LogFilter(),
            "unfiltered_url": self.here(of=None, level=None, q=None, after=None, before=None, line=None),
            "levels": [(level, logging.getLevelName(level), level == wanted.level) for level in LEVELS],
            "download_url": reverse("console:run-log", args=[self.run.pk], query=self.parameters(step=None) or None),
            "wraps": self.param("wrap") != "no",
            "wrap_url": self.here(wrap=None if self.param("wrap") == "no" else "no"),
            "why_empty": self._why_empty(wanted),
        }

    def _page(self) -> Page[LogLine]:
        return logs_page(self.run.pk, wanted_of(self), self._window())

    def _window(self) -> Window:
        """The newest lines, unless told: those around one, before one or after one."""
        line, before, after = self.number("line"), self.number("before"), self.number("after")
        if line is not None:
            return Window(AT_ONCE, before=line + AT_ONCE // 2)
        if after is not None:
            return Window(AT_ONCE, after=after)
        return Window(AT_ONCE, before=before if before is not None else self.run.log_seq + 1)

    def _line(self, row: LogLine) -> Line:
        url = f"{self.here(line=str(row.seq), before=None, after=None)}#L{row.seq}"
        return Line(row, logging.getLevelName(row.level), url, self.here(step=row.step), row.seq == self.number("line"))

    def _why_empty(self, wanted: LogFilter) -> str:
        if not self.run.started_at and not self.run.log_seq:
            return _("The run has not been started: nothing has been logged yet.")
        if not self.run.log_seq:
            return _("No step has logged anything. Steps log with Python’s own logging module.")
        return _("No line fits the filters.") if wanted != LogFilter() else _("There are no more lines.")


def wanted_of(page: RunPage) -> LogFilter:
    """Read the filters from the address; a level that is none counts as not given."""
    level = page.number("level") or 0
    return LogFilter(page.param("of"), level if level in LEVELS else 0, page.param("q"))


@permission_required("workflows.view_workflow", raise_exception=True)
def download(request: HttpRequest, workflow_id: UUID) -> StreamingHttpResponse:
    """Give the lines that fit the filters as a text file, which is sent while it is read.

    Raises:
        Http404: there is no such run.
    """
    try:
        plan_id_of(workflow_id)
    except Missing as error:
        raise Http404(str(error)) from error
    page = LogsTab()
    page.setup(request, workflow_id=workflow_id)
    return streamed(request, f"{workflow_id}.log", "text/plain; charset=utf-8", _texts(workflow_id, wanted_of(page)))


def _texts(workflow_id: UUID, wanted: LogFilter) -> Iterator[str]:
    window = Window(IN_FILE_AT_ONCE)
    while True:
        page = logs_page(workflow_id, wanted, window)
        yield "".join(map(_text, page.rows))
        if page.after is None:
            return
        window = Window(IN_FILE_AT_ONCE, after=page.after)


def _text(row: LogLine) -> str:
    level = logging.getLevelName(row.level)
    return f"{row.at.isoformat()} {level} {row.step} #{row.attempt.number} {row.logger}: {row.message}\n"
