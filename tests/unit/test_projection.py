"""States from events alone, without a database."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from workflows.graph import MAP, Graph, Node
from workflows.past_steps import Told
from workflows.projection import project
from workflows.states import StepState

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
GRAPH = Graph(
    {
        node.key: node
        for node in (
            Node("first", "t"),
            Node("fan", "t", MAP, over="item", after=("first",)),
            Node("last", "t", after=("fan",)),
            Node("beside", "t"),
        )
    }
)


def told(*events: tuple[str, str] | tuple[str, str, dict[str, Any]]) -> list[Told]:
    """Number these events, one a second."""
    full = [(*event, {})[:3] for event in events]
    return [
        Told(seq, kind, step, data, AT + timedelta(seconds=seq))
        for seq, (kind, step, data) in enumerate(full, 1)  # type: ignore[misc]  # two shapes made one
    ]


def states(events: list[Told]) -> dict[str, str]:
    return {key: step.status for key, step in project(GRAPH, events).steps.items()}


START = [("run_created", ""), ("run_started", "", {"waits": False})]


def test_nothing_told__all_steps_are_pending() -> None:
    assert set(states([]).values()) == {StepState.PENDING}


def test_start__makes_ready_what_needs_nothing() -> None:
    assert states(told(*START)) == {"first": "ready", "fan": "pending", "last": "pending", "beside": "ready"}


def test_start__of_a_run_that_waits_makes_nothing_ready() -> None:
    waiting = told(("run_started", "", {"waits": True}))
    assert set(states(waiting).values()) == {StepState.PENDING}
    assert states([*waiting, *told(("run_admitted", ""))])["first"] == StepState.READY


def test_success_while_paused__lets_go_on_at_the_resume() -> None:
    items = ("fan_out_opened", "fan", {"items": 0})
    paused = told(*START, ("step_succeeded", "first"), items, ("run_paused", ""), ("step_succeeded", "fan"))
    assert states(paused)["last"] == StepState.PENDING
    assert states([*paused, *told(("run_resumed", ""))])["last"] == StepState.READY


def test_back_off__waits_unless_it_is_due_at_once() -> None:
    at = (AT + timedelta(seconds=3)).isoformat()
    later = (AT + timedelta(seconds=9)).isoformat()
    assert states(told(*START, ("step_retrying", "first", {"due_at": later})))["first"] == StepState.WAITING
    assert states(told(*START, ("step_retrying", "first", {"due_at": at})))["first"] == StepState.READY


def test_lost_attempt__gives_back_only_what_is_running() -> None:
    begun = told(*START, ("step_started", "first", {"attempt": 1}))
    assert states([*begun, *told(("step_lost", "first", {"attempt": 1}))])["first"] == StepState.READY
    cancelled = [*begun, *told(("run_cancelled", ""), ("step_unconfirmed", "first", {"attempt": 1}))]
    assert states(cancelled)["first"] == StepState.CANCELLED


def test_items__are_kept_apart() -> None:
    events = told(
        *START,
        ("step_succeeded", "first"),
        ("fan_out_opened", "fan", {"items": 3}),
        ("step_started", "fan[1]", {"attempt": 1}),
        ("step_failed", "fan[2]", {"attempt": 1}),
    )
    step = project(GRAPH, events).steps["fan"]
    assert step.items == [StepState.READY, StepState.RUNNING, StepState.FAILED]
    assert step.status == StepState.RUNNING


def test_attempts_and_times__are_those_told() -> None:
    events = told(*START, ("step_started", "first", {"attempt": 4}), ("step_succeeded", "first", {"attempt": 4}))
    step = project(GRAPH, events).steps["first"]
    assert (step.attempts, step.started_at, step.finished_at) == (4, events[2].at, events[3].at)


_KINDS = ["run_started", "run_paused", "run_resumed", "run_cancelled", "run_retried", "run_restarted", "run_failed"]
_STEP_KINDS = ["step_started", "step_succeeded", "step_failed", "step_skipped", "step_lost", "unheard_of"]


@given(
    st.lists(
        st.one_of(
            st.tuples(st.sampled_from(_KINDS), st.just("")),
            st.tuples(st.sampled_from(_STEP_KINDS), st.sampled_from(["first", "fan", "fan[7]", "last", "beside"])),
        ),
        max_size=30,
    )
)
def test_projection__takes_any_history(events: list[tuple[str, str]]) -> None:
    found = states(told(*events))
    assert set(found) == set(GRAPH.nodes)
    assert set(found.values()) <= set(StepState)
