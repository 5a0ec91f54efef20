"""Entries: in numbered pages, in pages by place, all of them in batches, and the trail of one resource."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from audit.models import Entry, Leaf
from audit.paging import Page, Window, read_page
from audit.selectors.entry_filter import EntryFilter

PLACE = ("timestamp", "operation_id")
"""What entries are sorted by; every filter has an index that ends with it."""
BATCH = 1_000


@dataclass(frozen=True)
class NumberedPage:
    """One page of a counted list; ``total`` is the number of all entries that fit."""

    rows: list[Entry]
    total: int


def with_seal(entries: QuerySet[Entry]) -> QuerySet[Entry]:
    """Read with each entry the number of its seal, in the same statement."""
    leaf = Leaf.objects.filter(entry_id=OuterRef("operation_id"))
    return entries.annotate(seal_number=Subquery(leaf.values("seal_number")))


def numbered_page(wanted: EntryFilter, page: int, size: int) -> NumberedPage:
    """Read a page, counted from 1, of all that fits, the newest first; three statements.

    What lies before the page is passed over in an index alone; rows are read for the page only.
    """
    entries = wanted.entries()
    total, start = entries.count(), (page - 1) * size
    if start >= total:
        return NumberedPage([], total)
    newest_first = [f"-{name}" for name in PLACE]
    ids = list(entries.order_by(*newest_first).values_list("operation_id", flat=True)[start : start + size])
    rows = with_seal(Entry.objects.filter(operation_id__in=ids)).order_by(*newest_first)
    return NumberedPage(list(rows), total)


def entries_page(wanted: EntryFilter, window: Window) -> Page[Entry]:
    """Read a page by its place, the newest first, in one statement; nothing is counted."""
    return read_page(with_seal(wanted.entries()), PLACE, window, descending=True)


def count_of(wanted: EntryFilter) -> int:
    """Count the entries that fit."""
    return wanted.entries().count()


def batches_of(wanted: EntryFilter) -> Iterator[list[Entry]]:
    """Give all that fits, the oldest first, a batch at a time: one short statement each, and no transaction.

    An entry whose transaction ends after its place was passed is not among them.
    """
    window = Window(BATCH)
    while True:
        page = read_page(with_seal(wanted.entries()), PLACE, window)
        if page.rows:
            yield page.rows
        if page.after is None:
            return
        window = Window(BATCH, after=page.after)


def trail_of(resource_type: str, resource_id: str, most: int) -> list[Entry]:
    """Give the newest entries about one resource, the newest first, in one statement."""
    about = Entry.objects.filter(resource_type=resource_type, resource_id=resource_id)
    return list(with_seal(about).order_by("-seq")[:most])


def parts_of(operation_id: UUID, most: int) -> list[Entry]:
    """Give the first entries of the operations that are parts of this one."""
    return list(Entry.objects.filter(parent=operation_id).order_by(*PLACE)[:most])
