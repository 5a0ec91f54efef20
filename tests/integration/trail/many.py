"""Entries by the thousand: as a busy portal leaves them, a second apart."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import connection

from audit.models import Entry, Leaf, Result, Surface

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
OPERATIONS = ("start", "pause", "resume", "cancel", "retry")
FAILED = 100
"""Every so manieth operation failed."""
OF_A_BULK = 50
"""Every so manieth is a part of one of ten bulk operations."""
ACTORS = 40
_PARAMS = '{"metadata":{"change":"4711","note":"as an operator writes it"},"mode":"drain","step_id":"%s"}'


def id_of(number: int) -> UUID:
    return UUID(int=(0x0199 << 112) | (number << 80) | 0x7000_8000_0000_0000_0000)


def run_of(number: int) -> str:
    """The run that this entry is about, where it is about one: each has forty."""
    return str(id_of(2**30 + number // 40))


def request_of(number: int) -> str:
    """The request that this entry came of: each left four."""
    return id_of(2**29 + number // 4).hex


def make(count: int) -> None:
    """Write them, and let the database look at what it has now."""
    for batch in _batches(count):
        Entry.objects.bulk_create(batch)
    Leaf.objects.bulk_create(
        (Leaf(entry_id=id_of(n), seal_number=1, index=n, leaf_hash="0" * 64) for n in range(min(count, 1_000))), 500
    )
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Tests that were rolled back have left holes in the indexes, which make them seem dear.
            cursor.execute("REINDEX TABLE audit_entry")
            cursor.execute("VACUUM (ANALYZE) audit_entry")
        else:
            cursor.execute("ANALYZE")


def _batches(count: int) -> Iterator[list[Entry]]:
    for start in range(0, count, 2_000):
        yield [_entry(number) for number in range(start, min(start + 2_000, count))]


def _entry(number: int) -> Entry:
    is_failed, is_part = number % FAILED == 0, number % OF_A_BULK == 0
    is_stack = number % 20 == 0
    return Entry(
        operation_id=id_of(number),
        timestamp=BEGAN + timedelta(seconds=number // 3),
        actor_id=str(number % ACTORS),
        triggered_by=f"user-{number % ACTORS}",
        surface=Surface.ADMIN if number % 1_000 == 0 else Surface.API,
        address="192.0.2.1",
        request_id=request_of(number),
        parent=id_of(2**31 + number % 500) if is_part else None,
        operation_type=OPERATIONS[number % len(OPERATIONS)],
        resource_type="config" if is_stack else "workflow",
        resource_id="stack" if is_stack else run_of(number),
        seq=number + 1,
        state_before="running",
        state_after="running" if is_failed else "paused",
        params_json=_PARAMS % f"fetch-{number % 9}",
        reason="the supplier asked for it" if number % 3 else "",
        result=Result.FAILURE if is_failed else Result.SUCCESS,
        reason_code="forbidden_transition" if is_failed else "operation_completed",
        duration_us=1_500,
    )
