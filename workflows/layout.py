"""Where the steps of a graph stand when it is drawn: from left to right, with few crossings. Standard library only.

Longest-path columns; edges over several columns get a slot in each, so that they run between the steps and not through
them; barycentre sweeps order the slots. The same graph always gets the same picture.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import TypeAlias

COLUMN_WIDTH = 240
ROW_HEIGHT = 96
_SWEEPS = 6
_MAX_DUMMIES = 4_000
"""Slots for long edges. Where a graph needs more, its longest edges get none, so that it is laid out in time."""

Needs: TypeAlias = Mapping[str, Sequence[str]]
_Slot: TypeAlias = tuple[str, int]
"""A step in its own column, or the way of its outgoing edges through a later one."""


@dataclass(frozen=True, slots=True)
class Position:
    """The upper left corner of a step, in pixels."""

    x: int
    y: int


def lay_out(needs: Needs) -> dict[str, Position]:
    """Place every step, given the steps that it needs (all of which are keys too).

    Raises:
        graphlib.CycleError: the steps wait for each other in a circle.
    """
    column = columns(needs)
    if not column:
        return {}
    neighbours = _neighbours(needs, column)
    slots = _ordered(_slots(column, neighbours), neighbours)
    tallest = max(len(rows) for rows in slots)
    return {
        key: Position(x * COLUMN_WIDTH, (2 * row + tallest - len(rows)) * ROW_HEIGHT // 2)
        for x, rows in enumerate(slots)
        for row, (key, _x) in enumerate(rows)
        if column[key] == x
    }


def columns(needs: Needs) -> dict[str, int]:
    """Give each step's column: one more than the last column of what it needs, 0 where it needs nothing."""
    column: dict[str, int] = {}
    for key in TopologicalSorter(needs).static_order():
        column[key] = 1 + max((column[need] for need in needs[key]), default=-1)
    return {key: column[key] for key in needs}


def _neighbours(needs: Needs, column: Mapping[str, int]) -> dict[_Slot, list[_Slot]]:
    """Link the slots of adjacent columns, in both directions; edges of one step share their way."""
    reach = _reach(needs, column)
    links: dict[_Slot, list[_Slot]] = {(key, column[key]): [] for key in needs}
    for source, last in reach.items():
        for x in range(column[source] + 1, last):
            _link(links, (source, x - 1), (source, x))
    for target, sources in needs.items():
        for source in dict.fromkeys(sources):
            before = (source, column[target] - 1)
            if before in links:
                _link(links, before, (target, column[target]))
    return links


def _link(links: dict[_Slot, list[_Slot]], one: _Slot, other: _Slot) -> None:
    links.setdefault(one, []).append(other)
    links.setdefault(other, []).append(one)


def _reach(needs: Needs, column: Mapping[str, int]) -> dict[str, int]:
    """Give the column up to which each step's edges are led, the short ones first, as far as the slots go."""
    farthest: dict[str, int] = {}
    for target, sources in needs.items():
        for source in sources:
            farthest[source] = max(farthest.get(source, 0), column[target])
    led: dict[str, int] = {}
    left = _MAX_DUMMIES
    for source in sorted(farthest, key=lambda key: farthest[key] - column[key]):
        left -= farthest[source] - column[source] - 1
        if left < 0:
            break
        led[source] = farthest[source]
    return led


def _slots(column: Mapping[str, int], neighbours: Iterable[_Slot]) -> list[list[_Slot]]:
    slots: list[list[_Slot]] = [[] for _column in range(max(column.values()) + 1)]
    for slot in neighbours:
        slots[slot[1]].append(slot)
    return slots


def _ordered(slots: list[list[_Slot]], neighbours: Mapping[_Slot, Sequence[_Slot]]) -> list[list[_Slot]]:
    """Sort each column by the middle of its neighbours in the column before it, then after it, and so on."""
    rank: dict[_Slot, float] = {}
    for rows in slots:
        rank.update(_ranks(rows))
    for sweep in range(_SWEEPS):
        step = 1 if sweep % 2 == 0 else -1
        for rows in slots[::step]:
            middle = {slot: _middle(slot, slot[1] - step, neighbours, rank) for slot in rows}
            rows.sort(key=middle.__getitem__)
            rank.update(_ranks(rows))
    return slots


def _ranks(rows: Sequence[_Slot]) -> dict[_Slot, float]:
    """Give each slot its place, counted from the middle of the column, as it will be drawn."""
    return {slot: row - (len(rows) - 1) / 2 for row, slot in enumerate(rows)}


def _middle(slot: _Slot, x: int, neighbours: Mapping[_Slot, Sequence[_Slot]], rank: Mapping[_Slot, float]) -> float:
    beside = [rank[other] for other in neighbours[slot] if other[1] == x]
    return sum(beside) / len(beside) if beside else rank[slot]
