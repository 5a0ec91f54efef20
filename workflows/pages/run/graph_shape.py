"""Where boxes and arrows stand on a page: the layout's columns, wrapped like lines of text. Standard library only.

A long chain would be one thin line, a wide fan one thin column; both become blocks that fit a screen or a sheet.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, sqrt

from workflows.layout import COLUMN_WIDTH, ROW_HEIGHT, Position

WIDTH, HEIGHT = 196, 66
"""Of a box, in pixels."""
MOST_ROWS = 24
"""Boxes in a column; longer columns are set side by side."""
MOST_COLUMNS = 7
"""Columns in a line; longer lines are wrapped."""
_GAP = 44
_MARGIN = 22
_STUB = 18


@dataclass(frozen=True)
class Box:
    """The upper left corner of a step; ``line`` counts the lines of a wrapped graph, ``column`` the whole graph's."""

    x: int
    y: int
    line: int
    column: int


@dataclass(frozen=True)
class Shape:
    """All boxes in reading order, and the size of the picture."""

    boxes: Mapping[str, Box]
    width: int
    height: int
    tops: Sequence[int]

    def path(self, source: str, target: str) -> str:
        """Give the way of an arrow: a curve within a line, along the gaps between boxes from one line to another."""
        start, end = self.boxes[source], self.boxes[target]
        x, y = start.x + WIDTH, start.y + HEIGHT // 2
        to_x, to_y = end.x, end.y + HEIGHT // 2
        if start.line == end.line and to_x > x:
            bend = max(_STUB, (to_x - x) // 2)
            return f"M{x} {y}C{x + bend} {y} {to_x - bend} {to_y} {to_x} {to_y}"
        gap = self.tops[end.line] - _GAP // 2
        return f"M{x} {y}h{_STUB}V{gap}H{to_x - _STUB}V{to_y}H{to_x}"


def shape_of(places: Mapping[str, Position]) -> Shape:
    """Put the steps of a layout into lines."""
    columns = list(_columns(places))
    lines = _lines([width for _rows, width in columns], _usual_rows(columns))
    boxes: dict[str, Box] = {}
    tops: list[int] = []
    top, widest = _MARGIN, 0
    for line, numbers in enumerate(lines):
        tops.append(top)
        block, width, height = _block(columns, numbers, line, top)
        boxes |= block
        widest = max(widest, width)
        top += height + _GAP
    return Shape(boxes, widest, top - _GAP + _MARGIN, tops)


_Rows = dict[str, tuple[int, float]]
"""Key → the column beside its own, and the row, in which it stands."""


def _columns(places: Mapping[str, Position]) -> Iterator[tuple[_Rows, int]]:
    """Give each column's steps in their order, and how many columns of boxes it takes."""
    found: dict[int, list[str]] = {}
    for key in sorted(places, key=lambda key: (places[key].x, places[key].y)):
        found.setdefault(places[key].x, []).append(key)
    tallest = max((place.y for place in places.values()), default=0) // ROW_HEIGHT + 1
    rows = max(MOST_ROWS // 2, ceil(sqrt(len(places))))
    for keys in found.values():
        if tallest > MOST_ROWS:
            side_by_side = ceil(len(keys) / rows)
            per_column = ceil(len(keys) / side_by_side)
            yield {key: (n // per_column, n % per_column) for n, key in enumerate(keys)}, side_by_side
        else:
            yield {key: (0, places[key].y / ROW_HEIGHT) for key in keys}, 1


def _usual_rows(columns: Sequence[tuple[_Rows, int]]) -> float:
    """Give the number of boxes that stand above one another, on average."""
    return sum(len(rows) / width for rows, width in columns) / max(1, len(columns))


def _lines(widths: Sequence[int], rows: float) -> list[list[int]]:
    """Distribute the columns over lines, so that the whole is about twice as wide as it is high."""
    total = sum(widths)
    most = (
        total if total <= MOST_COLUMNS else max(5, round(sqrt(2 * total * (rows * ROW_HEIGHT + _GAP) / COLUMN_WIDTH)))
    )
    lines: list[list[int]] = [[]]
    taken = 0
    for number, width in enumerate(widths):
        if taken and taken + width > most:
            lines.append([])
            taken = 0
        lines[-1].append(number)
        taken += width
    return lines


def _block(
    columns: Sequence[tuple[_Rows, int]], numbers: Sequence[int], line: int, top: int
) -> tuple[dict[str, Box], int, int]:
    """Give the boxes of a line, and its width and height."""
    used = [row for number in numbers for _beside, row in columns[number][0].values()]
    first = min(used, default=0)
    boxes: dict[str, Box] = {}
    at = 0
    for number in numbers:
        rows, width = columns[number]
        for key, (beside, row) in rows.items():
            x = _MARGIN + (at + beside) * COLUMN_WIDTH
            boxes[key] = Box(x, top + round((row - first) * ROW_HEIGHT), line, number)
        at += width
    height = round((max(used, default=0) - first) * ROW_HEIGHT) + HEIGHT
    return boxes, _MARGIN * 2 + at * COLUMN_WIDTH - (COLUMN_WIDTH - WIDTH), height
