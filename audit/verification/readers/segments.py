"""The leaves of seals with their entries, streamed seal by seal."""

from collections.abc import Iterator, Sequence
from itertools import groupby, islice
from typing import Any

from audit import canonical
from audit.verification.pure.rows import LeafRow, SealRow
from audit.verification.readers.streaming import id_parameter, selected, stream, stream_columns

_LEAF = ("seal_number", "index", "entry_id", "leaf_hash")
_COLUMNS = (*_LEAF, *canonical.ENTRY_FIELDS)


def leaves_of(seals: Sequence[SealRow]) -> Iterator[tuple[SealRow, Iterator[LeafRow]]]:
    """Give each of these consecutive seals with its leaves by place, which are to be taken before the next seal is."""
    groups = groupby(_rows(seals[0].number, seals[-1].number), key=lambda row: row[0])
    number, rows = next(groups, (None, iter(())))
    for seal in seals:
        while number is not None and _is_before(number, seal.number):  # leaves of a seal that is gone
            number, rows = next(groups, (None, iter(())))
        if number == seal.number:
            yield seal, map(_leaf, rows)
            number, rows = next(groups, (None, iter(())))
        else:
            yield seal, iter(())


def leaf_hashes(number: int) -> list[Any]:
    """Give the hashes of a seal's leaves by place."""
    sql = 'SELECT leaf_hash FROM audit_leaf WHERE seal_number = %s ORDER BY "index"'
    return [leaf_hash for (leaf_hash,) in stream(sql, [number])]


def leaf_of(entry_id: str) -> tuple[Any, LeafRow] | None:
    """Give the number of an entry's seal and its leaf; ``None``: it has none."""
    sql = f"{_select()} WHERE l.entry_id = %s"
    row = next(stream_columns(sql, _COLUMNS, [id_parameter(entry_id)]), None)
    return (row[0], _leaf(row)) if row else None


def without_seal() -> Iterator[Any]:
    """Give the numbers of seals that leaves are kept for and that are not there."""
    sql = (
        "SELECT DISTINCT l.seal_number FROM audit_leaf l"
        " WHERE NOT EXISTS (SELECT 1 FROM audit_seal s WHERE s.number = l.seal_number)"
    )
    return (number for (number,) in stream(sql))


def _rows(first: Any, last: Any) -> Iterator[tuple[Any, ...]]:
    sql = f'{_select()} WHERE l.seal_number BETWEEN %s AND %s ORDER BY l.seal_number, l."index"'
    return stream_columns(sql, _COLUMNS, [first, last])


def _select() -> str:
    columns = f"{selected(_LEAF, 'l')}, {selected(canonical.ENTRY_FIELDS, 'e')}"
    return f"SELECT {columns} FROM audit_leaf l LEFT JOIN audit_entry e ON e.operation_id = l.entry_id"


def _leaf(row: tuple[Any, ...]) -> LeafRow:
    fields = dict(islice(zip(_COLUMNS, row, strict=True), len(_LEAF), None))
    _number, index, entry_id, leaf_hash = row[: len(_LEAF)]
    return LeafRow(index, entry_id, leaf_hash, fields if fields["operation_id"] is not None else None)


def _is_before(number: Any, seal_number: Any) -> bool:
    return not isinstance(number, int) or not isinstance(seal_number, int) or number < seal_number
