"""Entries that have no seal, and the queue of those that wait for one. One statement each: it sees one moment."""

from collections.abc import Callable, Collection, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from audit import canonical
from audit.verification.readers.streaming import selected, stream_columns
from audit.violation import Violation

_SETTLED = timedelta(seconds=10)
"""The clock seals every two seconds."""


def violations(lag: timedelta, wait: Callable[[float], None]) -> Iterator[Violation]:
    """Check that what has no seal waits for one, not for longer than the lag, and that nothing else waits.

    Who wrote an entry may have a clock that is behind this one: what seems to wait for too long is looked for once
    more after ``wait`` was called with a number of seconds, in which any clock that runs would have sealed it.
    """
    suspects = set[Any]()
    for entry_id, at, place in _unsealed():
        if place is None:
            yield Violation("entry_unknown", f"entry {entry_id}", {"timestamp": at})
        elif _is_old(at, lag):
            suspects.add(place)
    if suspects:
        wait(min(_SETTLED, lag).total_seconds())
        yield from _still_unsealed(suspects, lag)
    for entry_id in _waiting("NOT EXISTS (SELECT 1 FROM audit_entry e WHERE e.operation_id = p.entry_id)"):
        yield Violation("entry_missing", f"entry {entry_id}", {"seal": None})
    for entry_id in _waiting("EXISTS (SELECT 1 FROM audit_leaf l WHERE l.entry_id = p.entry_id)"):
        yield Violation("sealed_entry_queued", f"entry {entry_id}")


def _still_unsealed(places: Collection[Any], lag: timedelta) -> Iterator[Violation]:
    for entry_id, at, place in _unsealed():
        if place in places:
            facts = {"timestamp": at, "lag_seconds": lag.total_seconds()}
            yield Violation("entry_unsealed", f"entry {entry_id}", facts)


def _is_old(at: str, lag: timedelta) -> bool:
    return not at[:1].isdigit() or at < str(canonical.plain(datetime.now(UTC) - lag))


def _unsealed() -> Iterator[tuple[Any, ...]]:
    """Give the id and the time of each entry that has no seal, and its place in the queue, if it has one."""
    columns = ("operation_id", "timestamp")
    sql = (
        f"SELECT {selected(columns, 'e')}, p.id FROM audit_entry e"
        " LEFT JOIN audit_pending p ON p.entry_id = e.operation_id"
        " WHERE NOT EXISTS (SELECT 1 FROM audit_leaf l WHERE l.entry_id = e.operation_id)"
    )
    return stream_columns(sql, (*columns, "id"))


def _waiting(condition: str) -> Iterator[Any]:
    sql = f"SELECT {selected(['entry_id'], 'p')} FROM audit_pending p WHERE {condition}"
    return (entry_id for (entry_id,) in stream_columns(sql, ("entry_id",)))
