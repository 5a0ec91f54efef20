"""Entries that have no seal, and the queue of those that wait for one. One statement each: it sees one moment."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from audit import canonical
from audit.verification.readers.streaming import selected, stream_columns
from audit.violation import Violation


def violations(lag: timedelta) -> Iterator[Violation]:
    """Check that what has no seal waits for one, not for longer than the lag, and that nothing else waits."""
    yield from _unsealed(lag)
    for entry_id in _waiting("NOT EXISTS (SELECT 1 FROM audit_entry e WHERE e.operation_id = p.entry_id)"):
        yield Violation("entry_missing", f"entry {entry_id}", {"seal": None})
    for entry_id in _waiting("EXISTS (SELECT 1 FROM audit_leaf l WHERE l.entry_id = p.entry_id)"):
        yield Violation("sealed_entry_queued", f"entry {entry_id}")


def _unsealed(lag: timedelta) -> Iterator[Violation]:
    columns = ("operation_id", "timestamp")
    sql = (
        f"SELECT {selected(columns, 'e')}, p.id FROM audit_entry e"
        " LEFT JOIN audit_pending p ON p.entry_id = e.operation_id"
        " WHERE NOT EXISTS (SELECT 1 FROM audit_leaf l WHERE l.entry_id = e.operation_id)"
    )
    latest = canonical.plain(datetime.now(UTC) - lag)
    for entry_id, at, place in stream_columns(sql, (*columns, "id")):
        facts = {"timestamp": at}
        if place is None:
            yield Violation("entry_unknown", f"entry {entry_id}", facts)
        elif not at[:1].isdigit() or at < latest:
            yield Violation("entry_unsealed", f"entry {entry_id}", {**facts, "lag_seconds": lag.total_seconds()})


def _waiting(condition: str) -> Iterator[Any]:
    sql = f"SELECT {selected(['entry_id'], 'p')} FROM audit_pending p WHERE {condition}"
    return (entry_id for (entry_id,) in stream_columns(sql, ("entry_id",)))
