"""Entries that claim to be much older than when they came."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from audit import canonical
from audit.verification.pure.rows import LeafRow, SealRow

MUCH = timedelta(minutes=15)


class Backdating:
    """Counts the entries whose own time is much before that of the seal before theirs, and keeps the first.

    A clock that was put right does that too: it is worth a look, and no proof of anything.
    """

    def __init__(self) -> None:
        self.count = 0
        self.first: str | None = None

    def watch(self, leaves: Iterable[LeafRow], before: SealRow | None) -> Iterator[LeafRow]:
        """Give the leaves on, having looked at them; ``before`` is the seal before theirs."""
        earliest = _earliest(before.sealed_at) if before else ""
        for leaf in leaves:
            if leaf.entry and str(leaf.entry["timestamp"]) < earliest:
                self.count += 1
                self.first = self.first or str(leaf.entry_id)
            yield leaf


def _earliest(sealed_at: Any) -> str:
    """Give the time, as canonical text, before which an entry was not made as late as this."""
    try:
        return str(canonical.plain(datetime.fromisoformat(sealed_at) - MUCH))
    except (ValueError, TypeError, OverflowError):
        return ""
