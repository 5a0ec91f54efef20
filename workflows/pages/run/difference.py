"""What differs between two JSON values, line by line."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import unified_diff
from itertools import islice
from typing import Any

from workflows.pages.run.json_tree import pretty

MOST_LINES = 3_000
"""Comparing takes time that grows with the square of the lines; of longer values their beginnings are compared."""


@dataclass(frozen=True)
class DiffLine:
    """One line; ``kind`` is ``same``, ``less`` (only in the first), ``more`` (only in the second) or ``place``."""

    kind: str
    text: str


_KINDS = {"+": "more", "-": "less", "@": "place"}


def difference(first: Any, second: Any) -> list[DiffLine]:
    """Compare two values as they are written over lines with sorted keys; no lines: they are equal."""
    return list(_lines(_beginning(first), _beginning(second)))


def _lines(first: list[str], second: list[str]) -> Iterator[DiffLine]:
    for line in islice(unified_diff(first, second, lineterm="", n=3), 2, None):
        yield DiffLine(_KINDS.get(line[0], "same"), line)


def _beginning(value: Any) -> list[str]:
    return pretty(value).splitlines()[:MOST_LINES]
