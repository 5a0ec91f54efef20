"""Places in the list, and how much of it is shown, as an address says it. What cannot be read counts as not given."""

from collections.abc import Mapping
from uuid import UUID

from audit.paging import read_key
from workflows.models import Workflow

SIZES = (25, 50, 100)
_SIZE = 50


def size_in(given: Mapping[str, str]) -> int:
    """Read how many rows a page has."""
    text = given.get("size", "")
    return int(text) if text in map(str, SIZES) else _SIZE


def key_in(text: str) -> UUID | None:
    """Read the id of a run."""
    try:
        found: UUID | None = read_key(Workflow, "id", text) if text else None
    except ValueError:
        return None
    return found


def keys_in(text: str) -> list[UUID]:
    """Read the ids of the runs that a list shows."""
    keys = (key_in(part) for part in text.split(",")[: SIZES[-1]])
    return [key for key in keys if key]
