"""Where boxes and arrows stand on the page, and where ticks stand on a scale."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.test_layout import graphs
from workflows.layout import lay_out
from workflows.pages.run.graph_shape import HEIGHT, WIDTH, Shape, shape_of
from workflows.pages.run.time_scale import MOST_TICKS, Scale

AT = datetime(2026, 1, 2, tzinfo=UTC)


def chain(length: int) -> dict[str, list[str]]:
    return {f"s{n}": [f"s{n - 1}"] if n else [] for n in range(length)}


def fan(width: int) -> dict[str, list[str]]:
    return {"a": [], **{f"s{n}": ["a"] for n in range(width)}, "z": [f"s{n}" for n in range(width)]}


def overlap(shape: Shape) -> bool:
    places = sorted((box.x, box.y) for box in shape.boxes.values())
    return any(
        abs(x - other_x) < WIDTH and abs(y - other_y) < HEIGHT
        for n, (x, y) in enumerate(places)
        for other_x, other_y in places[n + 1 :]
    )


@given(graphs())
def test_shape__no_two_boxes_overlap_and_all_are_inside(needs: dict[str, list[str]]) -> None:
    shape = shape_of(lay_out(needs))
    assert set(shape.boxes) == set(needs)
    assert not overlap(shape)
    for box in shape.boxes.values():
        assert 0 <= box.x <= shape.width - WIDTH
        assert 0 <= box.y <= shape.height - HEIGHT


@pytest.mark.parametrize("needs", [chain(300), fan(300), chain(30), fan(60)], ids=["chain", "fan", "short", "small"])
def test_shape__long_and_wide_graphs_become_blocks(needs: dict[str, list[str]]) -> None:
    shape = shape_of(lay_out(needs))
    assert not overlap(shape)
    assert 0.5 < shape.width / shape.height < 6


def test_shape__short_graph_stays_in_one_line() -> None:
    shape = shape_of(lay_out(chain(7)))
    assert {box.line for box in shape.boxes.values()} == {0}


@given(graphs())
def test_shape__every_arrow_can_be_drawn(needs: dict[str, list[str]]) -> None:
    shape = shape_of(lay_out(needs))
    assert all(shape.path(source, key).startswith("M") for key in needs for source in needs[key])


@given(st.floats(0, 10_000_000))
def test_scale__ticks_are_few_and_in_order(seconds: float) -> None:
    scale = Scale(AT, AT + timedelta(seconds=seconds))
    ticks = list(scale.ticks())
    assert 1 <= len(ticks) <= MOST_TICKS + 1
    assert [tick.at for tick in ticks] == sorted(tick.at for tick in ticks)
    assert len({tick.label for tick in ticks}) == len(ticks)


def test_scale__keeps_what_is_outside_at_the_edge() -> None:
    scale = Scale(AT, AT + timedelta(seconds=10))
    assert [scale.at(AT + timedelta(seconds=s)) for s in (-5, 0, 5, 10, 99)] == [0, 0, 50, 100, 100]
