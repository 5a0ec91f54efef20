"""The filters of a list as chips: each says what it does, can be taken away, and most can be turned round."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workflows.admin.shown import time, to_the_second
from workflows.models.workflow import STATE_LABELS
from workflows.pages.runs.query import PARTS, Pair, RunQuery
from workflows.states import RunState

WORDS = {
    "status": gettext_lazy("state"),
    "not_status": gettext_lazy("state is not"),
    "definition": gettext_lazy("workflow"),
    "not_definition": gettext_lazy("workflow is not"),
    "label": gettext_lazy("label"),
    "not_label": gettext_lazy("label is not"),
    "created_by": gettext_lazy("started by"),
    "not_created_by": gettext_lazy("not started by"),
    "since": gettext_lazy("created since"),
    "until": gettext_lazy("created until"),
    "q": gettext_lazy("search"),
}

_MOMENTS = ("since", "until")

Address = Callable[[RunQuery], str]
"""Gives the address of the list with another filter."""


@dataclass(frozen=True)
class Chip:
    """One part of a filter. ``remove_url`` is empty where it only tells, ``contrary_url`` where it has no contrary."""

    name: str
    value: str
    is_excluding: bool
    remove_url: str = ""
    contrary_url: str = ""
    moment: datetime | None = None
    """What it says, where that is a time."""

    @property
    def shown(self) -> str:
        """What it says, as a page shows it."""
        return time(self.moment) if self.moment else self.value


def chips_of(query: RunQuery, url_of: Address) -> list[Chip]:
    """Give a chip for each part. One single state is shown by its tab."""
    return [chip_of(query, pair, url_of) for pair in query.pairs if not _is_tab(query, pair)]


def still_chips(query: RunQuery) -> list[Chip]:
    """Give a chip for each part of a filter that is only told of."""
    return [_chip(pair) for pair in query.pairs]


def chip_of(query: RunQuery, pair: Pair, url_of: Address) -> Chip:
    """Give the chip of one part."""
    name, value = pair
    contrary, without = PARTS[name].contrary, query.without(pair)
    return _chip(pair, url_of(without), url_of(without.with_part(contrary, value)) if contrary else "")


def _chip(pair: Pair, remove_url: str = "", contrary_url: str = "") -> Chip:
    name, value = pair
    moment = PARTS[name].read(value) if name in _MOMENTS else None
    is_excluding = name.startswith("not_")
    return Chip(str(WORDS[name]), _shown(name, value), is_excluding, remove_url, contrary_url, moment)


def _shown(name: str, value: str) -> str:
    """Say a part's value as people do."""
    if name in ("status", "not_status"):
        return str(STATE_LABELS[RunState(value)])
    if name in _MOMENTS:
        return to_the_second(PARTS[name].read(value))
    if name in ("created_by", "not_created_by") and value == "system":
        return _("the system")
    return value


def _is_tab(query: RunQuery, pair: Pair) -> bool:
    return pair[0] == "status" and sum(name == "status" for name, _value in query.pairs) == 1
