"""Keys, seals and removals."""

from collections.abc import Iterator, Sequence
from typing import Any

from audit.verification.pure.keyring import Keyring
from audit.verification.pure.rows import KeyRow, RemovalRow, SealRow
from audit.verification.readers.streaming import id_parameter, selected, stream, stream_columns

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
    """Give the permissions to remove entries, the furthest last."""
    sql = f"SELECT {selected(RemovalRow._fields, 'r')} FROM audit_removal r ORDER BY r.through"
    return [RemovalRow(*row) for row in stream_columns(sql, RemovalRow._fields)]


def operation_of(operation_id: Any) -> str | None:
    """Give the name of the operation that an entry records; ``None``: there is no such entry."""
    sql = "SELECT operation_type FROM audit_entry WHERE operation_id = %s"
    return next((name for (name,) in stream(sql, [id_parameter(operation_id)])), None)


class Removals:
    """Up to which seal the entries may be gone: as far as a signed removal goes, which is looked up anew if need be."""

    def __init__(self) -> None:
        self._through = 0

    def cover(self, number: int) -> bool:
        """Tell whether the entries below this seal may be gone. Who removes them says so before."""
        if number > self._through:
            rows, keyring = removals(), Keyring(keys())
            signed = [row.through for row in rows if keyring.has_signed_removal(row)]
            self._through = max((through for through in signed if isinstance(through, int)), default=0)
        return number <= self._through


def _seals(condition: str, *parameters: object) -> Iterator[SealRow]:
    sql = f"SELECT {selected(SealRow._fields, 's')} FROM audit_seal s WHERE {condition}"
    return (SealRow(*row) for row in stream_columns(sql, SealRow._fields, parameters))
