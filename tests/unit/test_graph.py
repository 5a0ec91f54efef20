"""The graph as a value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.graph import Binding, Graph, GraphError, Node, Policy, resolve, steps_of, takes_input


def node(key: str, *needs: str) -> Node:
    return Node(key=key, task="m:f", after=needs)


def graph(*nodes: Node) -> Graph:
    return Graph({item.key: item for item in nodes})


def test_needs__come_from_arguments_conditions_and_order_once_each() -> None:
    args: dict[str, Binding] = {"a": {"list": [{"step": "x"}, {"dict": {"k": {"step": "y"}}}]}, "b": {"input": "i"}}
    item = Node(key="n", task="m:f", args=args, conditions=("y", "c"), after=("o", "x"))
    assert item.sources == ("x", "y")
    assert item.needs == ("x", "y", "c", "o")


def test_descendants__are_all_below() -> None:
    found = graph(node("a"), node("b", "a"), node("c", "b"), node("d")).descendants(["a"])
    assert found == {"b", "c"}


@pytest.mark.parametrize("circle", [("a", "b"), ("a", "b", "c"), ("a",)])
def test_validate__names_a_circle(circle: tuple[str, ...]) -> None:
    nodes = [node(key, circle[position - 1]) for position, key in enumerate(circle)]
    with pytest.raises(GraphError, match="waits for itself") as error:
        graph(*nodes).validate()
    assert error.value.key in circle


def test_validate__names_an_unknown_need() -> None:
    with pytest.raises(GraphError, match="unknown step 'ghost'") as error:
        graph(node("a", "ghost")).validate()
    assert error.value.key == "a"


def test_validate__names_an_unknown_output() -> None:
    with pytest.raises(GraphError, match="unknown step"):
        Graph({"a": node("a")}, {"step": "ghost"}).validate()


def test_resolve__fills_in_what_is_known() -> None:
    binding = {"dict": {"x": {"list": [{"const": 1}, {"step": "s"}]}, "y": {"input": "i"}, "z": {"step": "skipped"}}}
    assert resolve(binding, {"i": "in"}, {"s": [2]}) == {"x": [1, [2]], "y": "in", "z": None}
    assert list(steps_of(binding)) == ["s", "skipped"]
    assert takes_input(binding)
    assert not takes_input({"list": [{"step": "s"}]})


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    nodes: list[Node] = []
    for position in range(draw(st.integers(0, 12))):
        above = [item.key for item in nodes]
        needs = draw(st.lists(st.sampled_from(above), unique=True)) if above else []
        policy = Policy(draw(st.integers(0, 3)), draw(st.floats(0, 10)), draw(st.none() | st.floats(0.1, 10)))
        nodes.append(
            Node(key=f"n{position}", task="m:f", after=tuple(needs), policy=policy, args={"v": {"const": position}})
        )
    return graph(*nodes)


@given(graphs())
def test_json__gives_the_same_graph_back(value: Graph) -> None:
    again = Graph.from_json(value.to_json())
    assert again == value
    assert again.checksum == value.checksum


@given(graphs())
def test_order__puts_every_step_behind_its_needs(value: Graph) -> None:
    order = value.order()
    assert sorted(order) == sorted(value.nodes)
    for item in value.nodes.values():
        assert all(order.index(need) < order.index(item.key) for need in item.needs)


@given(graphs())
def test_dependents__are_the_needs_turned_round(value: Graph) -> None:
    pairs = {(need, item.key) for item in value.nodes.values() for need in item.needs}
    assert pairs == {(key, below) for key, keys in value.dependents.items() for below in keys}
