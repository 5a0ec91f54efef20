"""What a verification finds, and how much it has looked at."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from audit.violation import Violation


class CannotCheckError(RuntimeError):
    """Something that has to be looked at cannot be read; the message says what, and what to do."""


@dataclass(frozen=True)
class Note:
    """Something that is worth knowing and violates nothing: a code of ``words.NOTES`` and its facts, as JSON."""

    code: str
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass
class Report:
    """Iterate over it to check the trail and be given each violation when it is found, the first one first.

    ``head`` is that of the last seal that is checked, ``None`` before the first. The other fields are filled on the
    way: how many seals and entries were checked, and notes.
    """

    violations: Iterator[Violation] = field(default_factory=lambda: iter(()))
    seals: int = 0
    entries: int = 0
    head: dict[str, Any] | None = None
    notes: list[Note] = field(default_factory=list)

    def __iter__(self) -> Iterator[Violation]:
        return self.violations

    def note(self, code: str, **facts: Any) -> None:
        """Add a note."""
        self.notes.append(Note(code, facts))
