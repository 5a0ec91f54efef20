"""The items of an opened fan-out beside a picture: a page of them, however many there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString

from workflows.admin.shown import icon_of
from workflows.models.step import STEP_STATE_LABELS, wire_id
from workflows.pages.run.base import RunPage
from workflows.selectors.paging import Window
from workflows.selectors.run_steps import listed_items
from workflows.states import StepState

AT_ONCE = 200


@dataclass(frozen=True)
class Item:
    """One item, as a link."""

    id: str
    index: int
    status: str
    icon: str
    words: str
    url: str
    is_selected: bool


@dataclass(frozen=True)
class Items:
    """A page of a fan-out's items, with ways to the pages beside it."""

    key: str
    chips: list[SafeString]
    rows: list[Item]
    earlier_url: str
    later_url: str
    close_url: str


def items_now(page: RunPage, key: str, chips: list[SafeString]) -> Items:
    """Read a page of items as they are, in one statement."""
    before = page.number("items_before")
    window = Window(AT_ONCE, after=page.number("items_after") if before is None else None, before=before)
    found = listed_items(page.run, key, "", window)
    rows = [_item(page, key, step.index, step.status) for step in found.rows]
    return _items(page, key, chips, rows, found.before, found.after)


def items_then(page: RunPage, key: str, chips: list[SafeString], states: Sequence[StepState]) -> Items:
    """Give a page of items as they were."""
    before, after = page.number("items_before"), page.number("items_after")
    begin = max(0, before - AT_ONCE) if before is not None else 0 if after is None else after + 1
    indices = range(begin, min(begin + AT_ONCE, len(states)))
    rows = [_item(page, key, index, states[index]) for index in indices]
    has_later = begin + AT_ONCE < len(states)
    return _items(page, key, chips, rows, begin if begin and rows else None, indices[-1] if has_later else None)


def _items(page: RunPage, key: str, chips: list[SafeString], rows: list[Item], before: Any, after: Any) -> Items:
    return Items(
        key,
        chips,
        rows,
        "" if before is None else page.here(items_before=str(before), items_after=None),
        "" if after is None else page.here(items_after=str(after), items_before=None),
        page.here(open=None, items_before=None, items_after=None),
    )


def _item(page: RunPage, key: str, index: int, status: str) -> Item:
    step_id = wire_id(key, index)
    words = str(STEP_STATE_LABELS[StepState(status)])
    return Item(step_id, index, status, icon_of(status), words, page.here(step=step_id), step_id == page.step_id)
