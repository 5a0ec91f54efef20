"""Following a run until it ends: as lines, as JSON lines, or, in a terminal, as a bar."""

import time
from collections.abc import Iterator
from typing import Any, TextIO

from django.utils.translation import gettext as _
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from workflows.management.words import sentence, state_in_words
from workflows.models import Event, Workflow
from workflows.selectors.history import events_page
from workflows.selectors.paging import Window
from workflows.selectors.runs import run_of
from workflows.selectors.steps import running_steps
from workflows.states import ENDED

POLL = 0.5
"""Seconds between two looks."""
_AT_ONCE = 1000
_NAMED = 3


def follow(workflow_id: Any, after: int = 0) -> Iterator[tuple[Workflow, list[Event]]]:
    """Yield a run again and again with its new events, until it has ended and all its events were given.

    Raises:
        Missing: there is no such run.
    """
    while True:
        # Read before its events: when it has ended, they are all there.
        run = run_of(workflow_id)
        page = events_page(workflow_id, Window(_AT_ONCE, after=after))
        after = page.rows[-1].seq if page.rows else after
        yield run, page.rows
        if page.after is None:
            if run.status in ENDED:
                return
            time.sleep(POLL)


def as_line(event: Event) -> str:
    """Write an event for people."""
    return f"{event.at:%H:%M:%S}  {sentence(event)}"


def show_bar(workflow_id: Any, terminal: TextIO) -> Workflow:
    """Draw a bar in a terminal until the run ends, and give the run as it ended."""
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[running]}"),
        console=Console(file=terminal),
    ) as progress:
        bar = progress.add_task("", running="")
        for run, _events in follow(workflow_id):
            progress.update(
                bar,
                description=state_in_words(run.get_status_display(), run.phase),
                completed=run.done,
                total=run.total,
                running=escape(_running(workflow_id)),
            )
    return run


def _running(workflow_id: Any) -> str:
    names = running_steps(workflow_id, _NAMED + 1)
    return ", ".join(names[:_NAMED] + ([_("and more")] if len(names) > _NAMED else []))
