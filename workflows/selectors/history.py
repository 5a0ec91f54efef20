"""Reads of what happened to a run and of what its steps logged."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from workflows.models import Event, LogLine
from workflows.selectors.paging import Page, Window, read_page
from workflows.selectors.runs import plan_id_of, run_id


@dataclass(frozen=True)
class LogFilter:
    """Which lines: of the step with this id, at least this grave (a number of the ``logging`` module), with this text.

    A fan-out's lines are those of its items too.
    """

    step: str = ""
    level: int = 0
    text: str = ""


def events_page(
    workflow_id: UUID | str, window: Window, *, descending: bool = False, without: Collection[str] = ()
) -> Page[Event]:
    """Read a page of a run's history by number, from its beginning or the latest first; leaves out kinds of events.

    Raises:
        Missing: there is no such run.
    """
    plan_id_of(workflow_id)
    events = Event.objects.filter(workflow_id=run_id(workflow_id))
    if without:
        events = events.exclude(kind__in=without)
    return read_page(events, "seq", window, descending=descending)


def logs_page(workflow_id: UUID | str, wanted: LogFilter, window: Window) -> Page[LogLine]:
    """Read a page of a run's log lines by number, with the attempts that wrote them.

    Raises:
        Missing: there is no such run.
    """
    plan_id_of(workflow_id)
    lines = LogLine.objects.filter(workflow_id=run_id(workflow_id)).select_related("attempt")
    lines = lines.only("workflow_id", "seq", "step", "level", "logger", "message", "at", "attempt__number")
    if wanted.step:
        lines = lines.filter(Q(step=wanted.step) | Q(step__startswith=f"{wanted.step}["))
    if wanted.level:
        lines = lines.filter(level__gte=wanted.level)
    if wanted.text:
        lines = lines.filter(message__icontains=wanted.text)
    return read_page(lines, "seq", window)
