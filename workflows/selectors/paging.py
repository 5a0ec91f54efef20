"""Lists in pages by a unique column: as fast on the thousandth page as on the first, and undisturbed by new rows."""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Window:
    """A stretch of a list: so many rows behind the one with the key ``after``, or up to the one before ``before``.

    Neither: from the beginning. The rows with these keys need not exist.
    """

    size: int
    after: Any = None
    before: Any = None


@dataclass(frozen=True)
class Page(Generic[Row]):
    """The rows, and the keys that the windows of the neighbouring pages have; ``None``: there is no such page."""

    rows: list[Row]
    after: Any = None
    before: Any = None


def read_page(rows: QuerySet[Row], key: str, window: Window, *, descending: bool = False) -> Page[Row]:
    """Read a page in one statement; ``key`` names the unique column that the list is sorted by."""
    backwards = window.before is not None
    limit = window.before if backwards else window.after
    wants_larger = descending == backwards
    if limit is not None:
        rows = rows.filter(**{f"{key}__{'gt' if wants_larger else 'lt'}": limit})
    found = list(rows.order_by(key if wants_larger else f"-{key}")[: window.size + 1])
    has_more = len(found) > window.size
    found = found[: window.size]
    if backwards:
        found.reverse()
    if not found:
        return Page([])
    first, last = getattr(found[0], key), getattr(found[-1], key)
    has_before = has_more if backwards else window.after is not None
    return Page(found, after=last if backwards or has_more else None, before=first if has_before else None)
