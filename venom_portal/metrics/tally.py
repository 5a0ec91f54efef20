"""Totals that only grow, of tables that are too large to be counted at each scrape.

Rows that were counted once are not read again: a tally remembers how far it has come. It begins with the first scrape,
at the table's end then. Rows must be numbered and never change.
"""

import json
import logging
from collections import Counter
from typing import NamedTuple, Protocol

from django.db import DatabaseError, connection

from venom_portal.metrics.reading import rows
from venom_portal.models import Tally
from workflows.engine.transaction import writing

logger = logging.getLogger(__name__)

Key = tuple[str, ...]


class Stream(Protocol):
    """A table whose rows are counted."""

    name: str
    at_once: int
    """Row numbers that one scrape goes through at most; what is left is for the next one."""

    def end(self) -> int:
        """Give the number of the last row, 0 where there is none."""

    def count(self, after: int, through: int) -> Counter[Key]:
        """Count the rows with numbers from ``after`` (not included) to ``through``, by what they are."""


class _Snapshot(NamedTuple):
    """PostgreSQL's transactions: all below ``oldest`` have ended, none has begun from ``next`` on."""

    oldest: int
    next: int


def counts_of(stream: Stream) -> Counter[Key]:
    """Count what has come since the last scrape, and give the totals; where nothing can be written, those of then."""
    try:
        with writing():
            return _advance(stream)
    except DatabaseError as error:
        logger.warning("The tally %s could not be written (%s).", stream.name, error)
    kept = Tally.objects.filter(pk=stream.name).first()
    return _counts(kept) if kept else Counter()


def _advance(stream: Stream) -> Counter[Key]:
    end = stream.end()  # before the snapshot: whoever numbered a row up to here is in it or has ended
    tally, is_new = Tally.objects.select_for_update().get_or_create(
        name=stream.name, defaults={"cursor": end, "horizon": end}
    )
    snapshot = _snapshot()
    # The row's own creation is the beginning; numbers given before it may still be about to appear.
    horizon = tally.horizon if snapshot else end
    may_count = not is_new and (snapshot is None or snapshot.oldest >= tally.fence)
    through = min(horizon, tally.cursor + stream.at_once)
    counts = _counts(tally)
    if may_count and through > tally.cursor:
        counts += stream.count(tally.cursor, through)
        tally.cursor = through
    if tally.cursor >= tally.horizon:
        tally.horizon, tally.fence = max(end, tally.cursor), snapshot.next if snapshot else 0
    tally.counts_json = json.dumps([[*key, count] for key, count in sorted(counts.items())])
    tally.save()
    return counts


def _snapshot() -> _Snapshot | None:
    """Give PostgreSQL's view of its transactions. On SQLite whoever writes is alone, and all numbers have appeared.

    Numbers do not appear in their order where several write: a row is counted when all have ended who were at work
    when its number was the last.
    """
    if connection.vendor != "postgresql":
        return None
    ((oldest, following),) = rows(
        "SELECT pg_snapshot_xmin(now)::text::bigint, pg_snapshot_xmax(now)::text::bigint FROM pg_current_snapshot() now"
    )
    return _Snapshot(oldest, following)


def _counts(tally: Tally) -> Counter[Key]:
    return Counter({tuple(key): count for *key, count in json.loads(tally.counts_json)})
