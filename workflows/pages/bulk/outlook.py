"""What would come of a bulk operation, as its page shows it."""

from collections import Counter
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from audit.actor import Actor
from workflows.admin.operations.selection import prospects_of
from workflows.admin.shown import icon_of, state, state_of
from workflows.models import Workflow
from workflows.models.bulk import BulkResult
from workflows.models.workflow import STATE_LABELS
from workflows.operations.bulk.ask import MOST_RUNS
from workflows.operations.bulk.outlook import StateOutlook, outlook_of
from workflows.pages.bulk.results import result_of
from workflows.pages.bulk.selection import Selection
from workflows.pages.run.addresses import name_of, run_url
from workflows.selectors.run_list import numbers_by_state
from workflows.selectors.runs import newest_ids
from workflows.states import Operation

LOOKED_AT = 20
"""Runs of which each is looked at when the page is made: as many as somebody reads."""


@dataclass(frozen=True)
class Line:
    """How many runs fare alike, and why they are refused."""

    state: SafeString | str
    number: int
    result: SafeString
    why_not: str


@dataclass(frozen=True)
class Prospect:
    """How one run would fare."""

    name: str
    url: str
    state: SafeString
    why_not: str


@dataclass(frozen=True)
class Outlook:
    """``possible``: how many would be done. ``counts``: how many fare how, in words. ``looked_at``: the newest runs."""

    total: int
    possible: int
    counts: list[tuple[SafeString, int]]
    lines: list[Line]
    looked_at: list[Prospect]


def outlook_for(actor: Actor, operation: Operation, selection: Selection) -> Outlook:
    """Judge all by their states, and look at the newest runs one by one."""
    found = outlook_of(operation, numbers_by_state(selection.rows, MOST_RUNS))
    lines = [_line(one) for one in found]
    counts: Counter[str] = Counter()
    for one in found:
        counts[one.result] += one.number
    there = sum(counts.values())
    if gone := max((selection.named or there) - there, 0):
        counts[BulkResult.GONE] = gone
        lines.append(Line("–", gone, result_of(BulkResult.GONE), _("There is no such run any more.")))
    in_words = [(result_of(result, is_done=False), counts[result]) for result in BulkResult if counts[result]]
    return Outlook(there + gone, counts[BulkResult.DONE], in_words, lines, _looked_at(actor, operation, selection))


def _line(one: StateOutlook) -> Line:
    shown = state(one.state, str(STATE_LABELS[one.state]), icon_of(one.state))
    return Line(shown, one.number, result_of(one.result, is_done=False), one.why_not)


def _looked_at(actor: Actor, operation: Operation, selection: Selection) -> list[Prospect]:
    prospects = prospects_of(actor, operation, newest_ids(selection.rows, LOOKED_AT))
    return [
        Prospect(name_of(prospect.run), run_url(prospect.workflow_id), state_of(prospect.run), prospect.why_not)
        for prospect in prospects
        if isinstance(prospect.run, Workflow)
    ]
