"""Permissions to remove entries: each signed by the key of its time, and on record as what it is.

A key that was replaced permits nothing any more: it may be in the hands of those whom it was replaced for.
"""

import json
from collections.abc import Iterator, Sequence

from audit.verification.pure.keyring import Keyring
from audit.verification.pure.rows import RemovalRow
from audit.violation import Violation

_OPERATION = "audit_retain"
_DONE = "success"


def removable_through(rows: Sequence[RemovalRow], keyring: Keyring) -> int:
    """Give the number of the last seal whose entries may be gone; 0: none may.

    A permission that is not on record any more does not count: one that reaches further has to have removed it.
    """
    good = (row.through for row in rows if row.entry and _broken_rule(row, keyring) is None)
    return max((through for through in good if isinstance(through, int)), default=0)


def violations(rows: Sequence[RemovalRow], keyring: Keyring) -> Iterator[Violation]:
    """Check the permissions; the entry of one may have been removed by one that reaches further."""
    through = removable_through(rows, keyring)
    for row in rows:
        rule = _broken_rule(row, keyring)
        if rule is None and not row.entry and not _is_below(row.through, through):
            rule = "removal_unrecorded"
        if rule:
            yield Violation(rule, f"removal {row.through}", _facts(row))


def _broken_rule(row: RemovalRow, keyring: Keyring) -> str | None:
    """Name the rule that a permission breaks, as far as is known of it."""
    if not keyring.has_signed_removal(row):
        return "removal_altered"
    if row.entry and not _is_its_record(row):
        return "removal_unrecorded"
    return None if _was_in_force(row, keyring) else "removal_key_wrong"


def _is_its_record(row: RemovalRow) -> bool:
    """Tell whether the entry is that of a removal that was permitted, and reaches as far."""
    if row.entry is None or (row.entry.operation_type, row.entry.result) != (_OPERATION, _DONE):
        return False
    try:
        params = json.loads(row.entry.params)
    except (ValueError, TypeError, RecursionError):
        return False
    return isinstance(params, dict) and params.get("through") == row.through


def _was_in_force(row: RemovalRow, keyring: Keyring) -> bool:
    """Tell whether the key had not been replaced: then the next one's first seal has the entry, at the latest."""
    after = keyring.successor(row.key_id)
    if after is None:
        return True
    sealed_in = row.entry.sealed_in if row.entry else None
    return _is_below(row.through, after.first_seal) and (
        sealed_in is None or (_is_below(sealed_in, after.first_seal) or sealed_in == after.first_seal)
    )


def _is_below(number: object, limit: object) -> bool:
    return isinstance(number, int) and isinstance(limit, int) and number < limit


def _facts(row: RemovalRow) -> dict[str, object]:
    is_what = row.entry.operation_type if row.entry else None
    return {"key": row.key_id, "operation_id": row.operation_id, "is": is_what}
