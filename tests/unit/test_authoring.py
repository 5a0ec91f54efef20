"""Writing workflows: the graphs that come of them, and the errors that authors get."""

import inspect
import socket
from collections.abc import Callable
from typing import Any

import pytest

from tests.sample_flows import flows
from workflows.authoring import FlowError, PermanentError, current, step, workflow
from workflows.graph import Graph


@step
def load(url: str, times: int = 1) -> dict:
    return {"url": url, "times": times}


@step
def join(parts: list, sep: str = "-") -> str:
    return sep.join(parts)


def graph_of(function: Callable[..., Any]) -> Graph:
    return workflow(title="t")(function).graph


def error_of(function: Callable[..., Any]) -> FlowError:
    with pytest.raises(FlowError) as error:
        graph_of(function)
    return error.value


def test_contract_flow__is_read_as_written() -> None:
    graph = flows.fetch_and_store.graph
    assert list(graph.nodes) == ["fetch", "split", "store", "report", "notify", "escalate", "is-large"]
    assert graph.nodes["store"].kind == "map"
    assert graph.nodes["store"].over == "part"
    assert graph.nodes["notify"].after == ("report",)
    assert graph.nodes["escalate"].conditions == ("is-large",)
    assert graph.output == {"step": "report"}
    assert graph.nodes["fetch"].policy.retries == 2
    assert graph.nodes["fetch"].policy.timeout == 30.0
    assert flows.fetch_and_store.name == "fetch-and-store"
    assert flows.fetch_and_store.deadline == 3600


def test_input_schema__is_the_signature() -> None:
    schema = flows.typed.input_schema
    assert schema["required"] == ["name", "size"]
    assert schema["additionalProperties"] is False
    assert schema["properties"]["name"]["type"] == "string"
    assert flows.fan.input_schema["properties"]["count"]["default"] == 3


def test_keys__are_numbered_where_a_step_is_used_again() -> None:
    def flow(url: str) -> Any:
        load(url)
        load(url).named("special")
        load(url)
        return load(url)

    assert list(graph_of(flow).nodes) == ["load", "special", "load-2", "load-3"]


def test_arguments__may_hold_handles_inside() -> None:
    def flow(url: str) -> Any:
        return join([load(url), "fixed", {"again": url}], sep="+")

    args = graph_of(flow).nodes["join"].args
    assert args["parts"] == {"list": [{"step": "load"}, {"const": "fixed"}, {"dict": {"again": {"input": "url"}}}]}
    assert args["sep"] == {"const": "+"}


def test_map__hands_shared_arguments_to_every_item() -> None:
    def flow(urls: list[str], times: int) -> Any:
        return load.map(urls, times=times)

    item = graph_of(flow).nodes["load"]
    assert item.args == {"url": {"input": "urls"}, "times": {"input": "times"}}


def test_steps__are_plain_functions_outside_a_workflow() -> None:
    assert load("x") == {"url": "x", "times": 1}
    assert load.map(["a", "b"], times=2) == [{"url": "a", "times": 2}, {"url": "b", "times": 2}]
    assert current().should_stop() is False
    assert current().checkpoint_value is None
    current().progress(1, 2)


def test_shaped_by_input__is_read_with_the_values() -> None:
    assert list(flows.shaped.graph.nodes) == ["step-1", "step-2"]
    assert list(flows.shaped.graph_for({"steps": 4}).nodes) == ["step-1", "step-2", "step-3", "step-4"]


def test_preview__is_registered_with_its_step() -> None:
    @step
    def act(value: int) -> int:
        return value

    @act.preview
    def would(value: int) -> str:
        return f"would act on {value}"

    assert act.preview_function is would


def missing_argument() -> Any:
    return load()


def unknown_argument(url: str) -> Any:
    return load(url, colour="red")


def too_many_arguments(url: str) -> Any:
    return load(url, 1, 2)


def wrong_constant(url: str) -> Any:
    return load(url, times="many")


def circle(url: str) -> Any:
    first = load(url).named("first")
    second = load(url).named("second").after(first)
    first.after(second)


def unknown_step(url: str) -> Any:
    return load(url).after("other")


def two_of_one_name(url: str) -> Any:
    load(url).named("same")
    return load(url).named("same")


def name_taken_by_number(url: str) -> Any:
    load(url)
    load(url).named("load-2")
    return load(url)


def bad_name(url: str) -> Any:
    return load(url).named("work[1]")


def branches_on_handle(url: str) -> Any:
    return load(url) if load(url).named("asked") else None


def loops_over_handle(url: str) -> Any:
    return [load(part) for part in load(url)]


def takes_part_of_handle(url: str) -> Any:
    return load(url)["url"]


def fails_itself(url: str) -> Any:
    return 1 / 0


def constant_not_json(url: str) -> Any:
    return join([url, object()])


@pytest.mark.parametrize(
    ("function", "subject", "problem", "remedy"),
    [
        (missing_argument, "load", "'url' is missing", "it takes: url, times"),
        (unknown_argument, "load", "does not take", "it takes: url, times"),
        (too_many_arguments, "load", "does not take", "it takes: url, times"),
        (wrong_constant, "load", "times='many' does not fit", "parameter's type"),
        (circle, "first", "waits for itself", ".after"),
        (unknown_step, "load", "unknown step", "calling a step in this workflow"),
        (two_of_one_name, "same", "two steps have this name", ".named"),
        (name_taken_by_number, "load", "two steps have this name", ".named"),
        (bad_name, "load", "cannot be used", "letters"),
        (branches_on_handle, "asked", "cannot be tested", ".when"),
        (loops_over_handle, "load", "cannot be looped over", ".map"),
        (takes_part_of_handle, "load", "no part of it", "inside a step"),
        (fails_itself, "fails-itself", "ZeroDivisionError", "into a step"),
        (constant_not_json, "join", "not JSON", "text, numbers"),
    ],
)
def test_mistakes__are_named_with_file_step_and_remedy(
    function: Callable[..., Any], subject: str, problem: str, remedy: str
) -> None:
    error = error_of(function)
    first = inspect.getsourcelines(function)[1]
    assert error.place.file == __file__
    assert first <= error.place.line < first + 6
    assert error.subject == subject
    assert problem in error.problem
    assert remedy in error.remedy
    assert str(error).startswith(f"{__file__}:{error.place.line}: {subject}: ")


def no_hint(value) -> None:  # type: ignore[no-untyped-def]
    """A parameter without a type."""


def bad_hint(value: socket.socket) -> None:
    """A parameter that JSON cannot carry."""


def binary_hint(value: bytes) -> None:
    """Another one."""


def variadic(*values: int) -> None:
    """Any number of parameters."""


@pytest.mark.parametrize(
    ("function", "problem"),
    [
        (no_hint, "'value' has no type"),
        (bad_hint, "the type socket, which JSON cannot carry"),
        (binary_hint, "the type bytes, which JSON cannot carry"),
        (variadic, "any number of arguments"),
    ],
)
def test_signatures__that_json_cannot_carry_are_refused(function: Callable[..., Any], problem: str) -> None:
    placed = step(function)
    error = error_of(lambda: placed(1))
    assert problem in error.problem
    assert error.place.line == function.__code__.co_firstlineno
    with pytest.raises(FlowError, match=r"parameter|arguments"):
        _ = workflow(title="t")(function).input_schema


@pytest.mark.parametrize("policy", [{"retries": -1}, {"backoff": -0.5}, {"timeout": 0}, {"retries": 1.5}])
def test_policies__that_make_no_sense_are_refused(policy: dict[str, Any]) -> None:
    with pytest.raises(FlowError, match=next(iter(policy))):
        step(**policy)(lambda: None)


def test_values__are_made_into_the_parameters_types() -> None:
    assert flows.typed  # the flow that hands on models
    from tests.sample_flows.trouble import Order, area, make_order

    order = make_order.invoke({"name": "n", "size": {"width": 2, "height": 3}})
    assert isinstance(order, Order)
    assert area.invoke({"order": {"name": "n", "sizes": [{"width": 2, "height": 3}]}}) == 6
    with pytest.raises(PermanentError, match=r"order\.sizes\.0\.width"):
        area.invoke({"order": {"name": "n", "sizes": [{"width": "x"}]}})


def test_calling_a_workflow__is_refused() -> None:
    with pytest.raises(FlowError, match="workflow start chain-of-ten"):
        flows.chain_of_ten(1)
