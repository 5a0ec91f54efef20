"""An entry's hash: how a row of the database becomes the canonical bytes."""

from typing import Any

from audit import canonical
from audit.models import Entry


def leaf_of(entry: Entry) -> bytes:
    """Give the hash of an entry as it is in the database."""
    return canonical.leaf_hash(bytes_of(entry))


def bytes_of(entry: Entry) -> bytes:
    """Give an entry's canonical bytes."""
    return canonical.encode(canonical.ENTRY, fields_of(entry))


def fields_of(entry: Entry) -> dict[str, Any]:
    """Give the fields that are hashed, under their canonical names."""
    return {name: getattr(entry, "params_json" if name == "params" else name) for name in canonical.ENTRY_FIELDS}
