"""The columns of an export, in their order: codes as they are stored, and beside them words for the reader."""

from collections.abc import Callable
from typing import Any

from audit.canonical import plain
from audit.models import Entry
from audit.reason_codes import code_in_words

_Column = Callable[[Entry], Any]


def _stored(name: str) -> _Column:
    return lambda entry: plain(getattr(entry, name))


COLUMNS: dict[str, _Column] = {
    **{name: _stored(name) for name in ("operation_id", "timestamp", "actor_id", "triggered_by", "surface", "address")},
    **{name: _stored(name) for name in ("request_id", "parent", "operation_type")},
    "operation": lambda entry: entry.operation_label,
    **{name: _stored(name) for name in ("resource_type", "resource_id", "seq", "state_before", "state_after")},
    "params": lambda entry: entry.params,
    **{name: _stored(name) for name in ("reason", "result", "reason_code")},
    "outcome": lambda entry: f"{entry.get_result_display()}: {code_in_words(entry.reason_code)}",
    "duration_ms": lambda entry: entry.duration_ms,
    **{name: _stored(name) for name in ("error_message", "seal_number")},
}


def values_of(entry: Entry) -> dict[str, Any]:
    """Give an entry's values as JSON has them, by column."""
    return {name: read(entry) for name, read in COLUMNS.items()}
