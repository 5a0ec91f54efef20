"""Where the steps of a graph stand when it is drawn."""

from graphlib import CycleError
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.layout import COLUMN_WIDTH, ROW_HEIGHT, Position, columns, lay_out


@st.composite
def graphs(draw: st.DrawFn) -> dict[str, list[str]]:
    """Any graph without circles: each step needs some of those before it, written in any order."""
    size = draw(st.integers(0, 25))
    keys = [f"s{number}" for number in range(size)]
    needs = {
        key: draw(st.lists(st.sampled_from(keys[:number]), max_size=4)) if number else []
        for number, key in enumerate(keys)
    }
    return {key: needs[key] for key in draw(st.permutations(keys))}


@given(graphs())
def test_layout__every_edge_goes_to_a_later_column(needs: dict[str, list[str]]) -> None:
    places = lay_out(needs)
    assert all(places[need].x < places[key].x for key in needs for need in needs[key])


@given(graphs())
def test_layout__no_two_steps_share_a_cell(needs: dict[str, list[str]]) -> None:
    places = lay_out(needs)
    assert set(places) == set(needs)
    for x in {place.x for place in places.values()}:
        rows = sorted(place.y for place in places.values() if place.x == x)
        assert all(after - before >= ROW_HEIGHT for before, after in pairwise(rows))


@given(graphs())
def test_layout__equal_graphs_give_equal_pictures(needs: dict[str, list[str]]) -> None:
    assert lay_out(needs) == lay_out({key: list(sources) for key, sources in needs.items()})


@given(graphs())
def test_layout__stays_in_the_picture(needs: dict[str, list[str]]) -> None:
    assert all(place.x >= 0 and place.y >= 0 for place in lay_out(needs).values())


def test_layout__chain_is_a_straight_line() -> None:
    places = lay_out({"a": [], "b": ["a"], "c": ["b"]})
    assert places == {"a": Position(0, 0), "b": Position(COLUMN_WIDTH, 0), "c": Position(2 * COLUMN_WIDTH, 0)}


def test_layout__long_edge_runs_beside_the_steps_that_it_passes() -> None:
    places = lay_out({"a": [], "b": ["a"], "c": ["b", "a"]})
    assert places["a"].y == places["c"].y != places["b"].y


def test_layout__uncrosses_what_is_written_crossed() -> None:
    places = lay_out({"a": [], "b": [], "of-b": ["b"], "of-a": ["a"]})
    assert (places["a"].y < places["b"].y) == (places["of-a"].y < places["of-b"].y)


def test_layout__graph_with_too_many_long_edges_still_has_every_step() -> None:
    keys = [f"s{number}" for number in range(1000)]
    needs = {key: keys[:1] + keys[number - 1 : number] if number else [] for number, key in enumerate(keys)}
    needs["last"] = keys
    places = lay_out(needs)
    assert len(places) == 1001
    assert places["last"].x == 1000 * COLUMN_WIDTH


def test_columns__follow_the_longest_way() -> None:
    assert columns({"d": ["a", "c"], "a": [], "c": ["b"], "b": ["a"]}) == {"d": 3, "a": 0, "c": 2, "b": 1}


def test_layout__refuses_a_circle() -> None:
    with pytest.raises(CycleError):
        lay_out({"a": ["b"], "b": ["a"]})
