"""What a dry run predicts for random graphs is what then happens."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from audit.actor import SYSTEM
from tests.driver import Driver
from workflows import registry
from workflows.engine.start import create_steps
from workflows.forecast.simulation import Action, Simulated, simulate
from workflows.forecast.situation import as_it_goes_on
from workflows.graph import MAP, STEP, Graph, Node
from workflows.models import Definition, Step, Workflow
from workflows.models.step import NOT_AN_ITEM
from workflows.models.workflow import created_at, new_id
from workflows.operations.perform import perform
from workflows.operations.request import Request
from workflows.states import Operation, ReasonCode, RunState, StepState
from workflows.worker import stretch

GIVE, GATHER = "tests.sample_flows.previews:give", "tests.sample_flows.previews:gathered"
VALUES = st.sampled_from([True, False, 0, "text", [1, 2], []])
RUN_INPUT = {"flag": False, "names": ["a", "b"], "none": []}
Rows = dict[tuple[str, int], tuple[str, int, Any]]


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Draw a graph of a few steps, each of them taking from steps before it."""
    nodes: dict[str, Node] = {}
    lists: list[str] = []
    for number in range(draw(st.integers(1, 6))):
        before, key = list(nodes), f"s{number}"
        some = st.lists(st.sampled_from(before), unique=True, max_size=2) if before else st.just([])
        kind = draw(st.sampled_from(["give", "gather", "map"]))
        orders = {"conditions": tuple(draw(some)), "after": tuple(draw(some))}
        if kind == "give":
            source = {"step": draw(st.sampled_from(before))} if before and draw(st.booleans()) else _value(draw)
            nodes[key] = Node(key, GIVE, STEP, {"value": source}, **orders)
        elif kind == "gather":
            parts = {"list": [{"step": source} for source in draw(some)]}
            nodes[key] = Node(key, GATHER, STEP, {"parts": parts}, **orders)
        else:
            nodes[key] = Node(key, GIVE, MAP, {"value": _items(draw, lists)}, over="value", **orders)
        if kind != "give":
            lists.append(key)
    return Graph(nodes)


def _value(draw: st.DrawFn) -> dict[str, Any]:
    return {"input": draw(st.sampled_from(list(RUN_INPUT)))} if draw(st.booleans()) else {"const": draw(VALUES)}


def _items(draw: st.DrawFn, lists: list[str]) -> dict[str, Any]:
    """Draw where the items come from: nearly always a list."""
    known = [{"const": [1, 0]}, {"input": "names"}, {"input": "none"}, {"const": "no list"}]
    return draw(st.sampled_from([*({"step": key} for key in lists), *known]))


def run_of(graph: Graph) -> Workflow:
    definition = Definition.objects.get(name="fan")
    workflow_id = new_id()
    run = Workflow.objects.create(
        id=workflow_id,
        definition=definition,
        definition_name=definition.name,
        plan=registry.pin(graph),
        input=RUN_INPUT,
        total=len(graph.nodes),
        created_at=created_at(workflow_id),
    )
    create_steps(run, graph)
    return run


def ask(operation: Operation, run: Workflow, step_id: str | None = None) -> None:
    answer = perform(SYSTEM, Request(operation, run.pk, step_id=step_id))
    assert answer.is_done, answer.message


def rows_of(run: Workflow) -> Rows:
    rows = Step.objects.filter(workflow=run).values_list("key", "index", "status", "attempt", "output")
    return {(key, index): (status, attempt, output) for key, index, status, attempt, output in rows}


@contextmanager
def one_step_at_a_time() -> Iterator[None]:
    seconds, stretch.STRETCH_SECONDS = stretch.STRETCH_SECONDS, -1.0
    try:
        yield
    finally:
        stretch.STRETCH_SECONDS = seconds


def predict(run: Workflow, graph: Graph, step: Step | None = None) -> tuple[list[Simulated], Rows]:
    run.refresh_from_db()
    return simulate(graph, as_it_goes_on(run, step)), rows_of(run)


def check(driver: Driver, run: Workflow, prediction: tuple[list[Simulated], Rows]) -> None:
    """Let the run come to its end, and compare it with what was predicted."""
    run = driver.work_off(run)
    assert run.status in (RunState.COMPLETED, RunState.FAILED)
    before, after = prediction[1], rows_of(run)
    fails = [item.key for item in prediction[0] if item.action is Action.FAIL]
    unforeseen = {key for (key, _index), row in after.items() if row[0] == StepState.FAILED} - set(fails)
    uncertain = {item.key for item in prediction[0] if item.action is Action.UNKNOWN or item.unknown_until}
    assert unforeseen <= uncertain, "only what hangs on unknown values fails without being foretold"
    for item in prediction[0]:
        is_complete = run.status == RunState.COMPLETED
        assert happened(item, before, after, is_complete=is_complete), (item, before, after)


def happened(item: Simulated, before: Rows, after: Rows, *, is_complete: bool) -> bool:
    place = (item.key, NOT_AN_ITEM)
    began = {
        index
        for (key, index), row in after.items()
        if key == item.key and row[1] > before.get((key, index), ("", 0, None))[1]
    }
    if item.action is Action.KEEP:
        return not began and after[place] == before[place]
    if item.action is Action.SKIP:
        return not began and (after[place][0] == StepState.SKIPPED or not is_complete)
    if item.action is Action.HOLD:
        return not began and not is_complete
    if item.action is Action.FAIL:
        return after[place][0] in (StepState.FAILED, StepState.PENDING) and not is_complete
    if not is_complete:
        return True  # a failure elsewhere came first
    if item.action is Action.UNKNOWN:
        return after[place][0] in (StepState.SUCCEEDED, StepState.SKIPPED)
    expected = began if item.width is None and item.unknown_until else set(item.items or ())
    return after[place][0] == StepState.SUCCEEDED and began == (
        expected if place_is_map(item, after) else {NOT_AN_ITEM}
    )


def place_is_map(item: Simulated, after: Rows) -> bool:
    return item.items is not None or item.unknown_until != () or any(key == item.key and i >= 0 for key, i in after)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(graph=graphs(), done_first=st.integers(0, 5), choice=st.integers(0, 20), is_cancelled=st.booleans())
def test_prediction__is_what_then_happens(
    driver: Driver, graph: Graph, done_first: int, choice: int, is_cancelled: bool
) -> None:
    run = run_of(graph)
    with one_step_at_a_time():
        at_first = predict(run, graph)
        ask(Operation.START, run)
        for _number in range(done_first):
            if driver.again(run).status == RunState.RUNNING:
                stretch.advance(run.pk, None)
        on_the_way = predict(run, graph)
        if run.status == RunState.RUNNING and is_cancelled:
            ask(Operation.CANCEL, run)
            on_the_way = predict(run, graph)
            ask(Operation.RETRY, run)
        if driver.again(run).status == RunState.RUNNING:
            check(driver, run, on_the_way)
        check(driver, run, at_first)

        steps = list(Step.objects.filter(workflow=run).order_by("pk"))
        step = steps[choice % len(steps)]
        fan_out = Step.objects.get(workflow=run, key=step.key, index=NOT_AN_ITEM)
        assume(not step.is_item or step.index < (fan_out.width or 0))
        Workflow.objects.filter(pk=run.pk).update(status=RunState.FAILED)
        again = predict(run, graph, step)
        retried = perform(SYSTEM, Request(Operation.RETRY, run.pk, step_id=step.wire_id))
        if retried.is_done:
            check(driver, run, again)
        else:  # the step was left out with one above it
            simulated = perform(SYSTEM, Request(Operation.DRY_RUN, run.pk, step_id=step.wire_id))
            assert simulated.reason_code == retried.reason_code == ReasonCode.INVALID_STATE
