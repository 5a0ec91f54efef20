"""What a run would do, as a pure decision."""

from collections.abc import Mapping
from typing import Any

import pytest

from workflows.forecast.critical_path import critical_path
from workflows.forecast.durations import duration
from workflows.forecast.simulation import Action, Simulated, Situation, Why, simulate
from workflows.graph import MAP, Graph, Node
from workflows.reset_plan import Reset, StepView
from workflows.states import StepState

PENDING, SUCCEEDED, SKIPPED = StepState.PENDING, StepState.SUCCEEDED, StepState.SKIPPED


def graph(*nodes: Node) -> Graph:
    return Graph({node.key: node for node in nodes})


def a_step(key: str, *sources: str, **more: Any) -> Node:
    return Node(key, "flows:step", args={f"p{n}": {"step": source} for n, source in enumerate(sources)}, **more)


def a_map(key: str, over: Mapping[str, Any], **more: Any) -> Node:
    return Node(key, "flows:step", MAP, args={"item": over}, over="item", **more)


def look(found: Graph, states: Mapping[str, StepState] | None = None, **situation: Any) -> dict[str, Simulated]:
    views = {key: StepView((states or {}).get(key, PENDING)) for key in found.nodes}
    return {item.key: item for item in simulate(found, Situation(views, **situation))}


def told(found: dict[str, Simulated]) -> dict[str, tuple[Action, Why]]:
    return {key: (item.action, item.why) for key, item in found.items()}


SWITCH = graph(a_step("test"), a_step("then", conditions=("test",)), a_step("below", "then"), a_step("aside"))


@pytest.mark.parametrize(
    ("value", "then", "below"),
    [
        (True, (Action.RUN, Why.NOT_STARTED), (Action.RUN, Why.NOT_STARTED)),
        ([], (Action.SKIP, Why.CONDITION_FALSE), (Action.SKIP, Why.NEED_SKIPPED)),
        (None, (Action.SKIP, Why.CONDITION_FALSE), (Action.SKIP, Why.NEED_SKIPPED)),
    ],
)
def test_condition__that_is_known_decides(value: Any, then: Any, below: Any) -> None:
    found = look(SWITCH, {"test": SUCCEEDED}, outputs={"test": value})
    assert told(found) == {
        "test": (Action.KEEP, Why.DONE),
        "then": then,
        "below": below,
        "aside": (Action.RUN, Why.NOT_STARTED),
    }
    assert found["then"].condition is bool(value)


def test_condition__that_is_not_known_leaves_all_below_open() -> None:
    found = look(SWITCH)
    assert found["then"].action is found["below"].action is Action.UNKNOWN
    assert found["then"].unknown_until == found["below"].unknown_until == ("test",)


def test_one_false_condition__is_enough() -> None:
    both = graph(a_step("one"), a_step("other"), a_step("then", conditions=("one", "other")))
    assert look(both, {"one": SUCCEEDED}, outputs={"one": 0})["then"].action is Action.SKIP


def test_condition_on_a_fan_out__is_decided_by_its_width() -> None:
    for items, action in (([1], Action.RUN), ([], Action.SKIP)):
        found = look(graph(a_map("all", {"const": items}), a_step("then", conditions=("all",))))
        assert found["then"].action is action


@pytest.mark.parametrize(
    ("over", "width"),
    [
        ({"const": [1, 2]}, 2),
        ({"input": "names"}, 3),
        ({"step": "done"}, 1),
        ({"list": [{"step": "later"}, {"const": 1}]}, 2),
        ({"step": "later"}, None),
    ],
)
def test_width__is_told_where_the_list_is_known(over: Mapping[str, Any], width: int | None) -> None:
    nodes = graph(a_step("done"), a_step("later"), a_map("all", over), a_map("again", {"step": "all"}))
    found = look(nodes, {"done": SUCCEEDED}, outputs={"done": ["x"]}, run_input={"names": ["a", "b", "c"]})
    assert (found["all"].action, found["all"].width) == (Action.RUN, width)
    assert found["all"].unknown_until == (() if width else ("later",))
    assert found["again"].width == width


@pytest.mark.parametrize("over", [{"const": "text"}, {"input": "missing"}, {"dict": {"a": {"step": "later"}}}])
def test_fan_out_over_something_else__fails_and_holds_what_is_below(over: Mapping[str, Any]) -> None:
    found = look(graph(a_step("later"), a_map("all", over), a_step("sum", "all")))
    assert told(found)["all"] == (Action.FAIL, Why.NOT_A_LIST)
    assert told(found)["sum"] == (Action.HOLD, Why.NEED_FAILS)


def test_arguments__are_told_when_all_are_known() -> None:
    nodes = graph(a_step("done"), a_step("next", "done"), a_step("later", "next"), a_map("all", {"step": "done"}))
    found = look(nodes, {"done": SUCCEEDED}, outputs={"done": ["x", "y"]})
    assert found["next"].arguments == {"p0": ["x", "y"]}
    assert found["later"].arguments is None
    assert found["all"].arguments == {"item": "x"}


def test_reset__runs_again_what_it_names_and_keeps_the_rest() -> None:
    found = look(
        SWITCH,
        dict.fromkeys(SWITCH.nodes, SUCCEEDED),
        outputs={"test": True},
        reset=Reset(frozenset({"then", "below"})),
        named="then",
    )
    assert told(found) == {
        "test": (Action.KEEP, Why.DONE),
        "then": (Action.RUN, Why.NAMED),
        "below": (Action.RUN, Why.NOT_DONE_OR_BELOW),
        "aside": (Action.KEEP, Why.DONE),
    }


def test_step_that_an_operator_skipped__stays_skipped_below_a_false_condition() -> None:
    found = look(SWITCH, {"test": SUCCEEDED, "below": SKIPPED}, outputs={"test": False})
    assert told(found)["then"] == (Action.SKIP, Why.CONDITION_FALSE)
    assert told(found)["below"] == (Action.KEEP, Why.SKIPPED_BEFORE)


def test_failing_run__lets_only_what_runs_end() -> None:
    nodes = graph(a_step("a"), a_step("b"), a_step("c"), a_map("open", {"const": [1, 2, 3]}))
    views = {
        "a": StepView(StepState.FAILED),
        "b": StepView(StepState.RUNNING),
        "c": StepView(StepState.READY),
        "open": StepView(StepState.RUNNING, (SUCCEEDED, StepState.RUNNING, StepState.READY)),
    }
    found = {item.key: item for item in simulate(nodes, Situation(views, is_failing=True))}
    assert {key: item.action for key, item in found.items()} == {
        "a": Action.HOLD, "b": Action.RUN, "c": Action.HOLD, "open": Action.RUN,
    }  # fmt: skip
    assert found["open"].items == (1,)


def test_critical_path__is_the_longest_chain() -> None:
    nodes = graph(a_step("a"), a_step("b", "a"), a_step("c", "a"), a_step("d", "b", "c"))
    assert critical_path(nodes, {"a": 1, "b": 5, "c": 2, "d": 1}) == 7
    assert critical_path(nodes, {}) == 0


def test_duration__is_median_and_95th_percentile() -> None:
    found = duration(float(number) for number in range(1, 101))
    assert (found.median, found.p95) == (50.5, 95.0)
    assert (duration([2.0]).median, duration([2.0]).p95) == (2.0, 2.0)
