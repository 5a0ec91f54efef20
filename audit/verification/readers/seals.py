"""Keys, seals and removals."""

from collections.abc import Iterator, Sequence
from typing import Any

from audit.verification.pure.keyring import Keyring
from audit.verification.pure.removal import removable_through
from audit.verification.pure.rows import KeyRow, RemovalRow, RetentionRow, SealRow
from audit.verification.readers.streaming import selected, stream_columns

_SEALS_AT_ONCE = 200
_LARGEST = 2**63 - 1
"""On SQLite text and bytes, which an altered number can be, come after every number."""


def keys() -> list[KeyRow]:
    """Give the keys in the order in which they came into force; to be read after what they have signed."""
    sql = f"SELECT {selected(KeyRow._fields, 'k')} FROM audit_key k ORDER BY k.first_seal, k.introduced_at"
    return [KeyRow(*row) for row in stream_columns(sql, KeyRow._fields)]


def newest() -> SealRow | None:
    """Give the last seal."""
    return next(_seals("s.number <= %s ORDER BY s.number DESC LIMIT 1", _LARGEST), None)


def without_number() -> Iterator[SealRow]:
    """Give the seals whose number is none."""
    return _seals("s.number > %s", _LARGEST)


def pages(last: Any) -> Iterator[Sequence[SealRow]]:
    """Give the seals up to a number, in order, some at a time."""
    page = list(_seals(f"s.number <= %s ORDER BY s.number LIMIT {_SEALS_AT_ONCE}", last))
    condition = f"s.number > %s AND s.number <= %s ORDER BY s.number LIMIT {_SEALS_AT_ONCE}"
    while page:
        yield page
        if not isinstance(page[-1].number, int):  # nothing comes after what is no number
            return
        page = list(_seals(condition, page[-1].number, last))


def numbered(numbers: Sequence[int]) -> dict[Any, SealRow]:
    """Give the seals of these numbers that are there."""
    return {seal.number: seal for seal in _seals(f"s.number IN ({', '.join(['%s'] * len(numbers))})", *numbers)}


def removals() -> list[RemovalRow]:
    """Give the permissions to remove entries with their own entries, the furthest last, as of one moment."""
    row, entry = RemovalRow._fields[:-1], RetentionRow._fields[:-1]
    sql = (
        f"SELECT {selected(row, 'r')}, {selected(entry, 'e')}, l.seal_number, {selected(['operation_id'], 'e')}"
        " FROM audit_removal r LEFT JOIN audit_entry e ON e.operation_id = r.operation_id"
        " LEFT JOIN audit_leaf l ON l.entry_id = r.operation_id ORDER BY r.through"
    )
    return [_removal(values) for values in stream_columns(sql, (*row, *entry, "seal_number", "operation_id"))]


def _removal(values: tuple[Any, ...]) -> RemovalRow:
    through, operation_id, key_id, signature, *entry, entry_id = values
    return RemovalRow(through, operation_id, key_id, signature, None if entry_id is None else RetentionRow(*entry))


class Removals:
    """Up to which seal the entries may be gone: as far as the permissions go, which are looked up anew if need be."""

    def __init__(self) -> None:
        self._through = 0

    def cover(self, number: int) -> bool:
        """Tell whether the entries below this seal may be gone. Who removes them says so before."""
        if number > self._through:
            rows = removals()
            self._through = removable_through(rows, Keyring(keys()))
        return number <= self._through


def _seals(condition: str, *parameters: object) -> Iterator[SealRow]:
    sql = f"SELECT {selected(SealRow._fields, 's')} FROM audit_seal s WHERE {condition}"
    return (SealRow(*row) for row in stream_columns(sql, SealRow._fields, parameters))
