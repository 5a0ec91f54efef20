"""The drill: its shape, what it sleeps, and where it fails."""

from collections.abc import Iterator
from typing import Any

import pytest

from venom_portal.flows import drill, fire_drill
from venom_portal.flows.drill import Orders
from workflows.authoring import InputRefused, StopRequested
from workflows.authoring.context import Context, activate


class Attempt(Context):
    """An attempt of a step, which keeps its checkpoints and may be asked to stop after so many looks."""

    def __init__(self, step_id: str = "step-1", attempt: int = 1, kept: Any = None, stop_after: int = 10**9) -> None:
        self.step_id = step_id
        self.attempt = attempt
        self.kept = kept
        self.looks_left = stop_after
        self.told: list[tuple[float, float]] = []

    @property
    def checkpoint_value(self) -> Any:
        return self.kept

    def checkpoint(self, value: Any) -> None:
        self.kept = value

    def progress(self, done: float, total: float, note: str = "") -> None:
        self.told.append((done, total))

    def should_stop(self) -> bool:
        self.looks_left -= 1
        return self.looks_left < 0


@pytest.fixture
def run_as() -> Iterator[Any]:
    """Make the steps run as a given attempt."""

    def set_attempt(attempt: Attempt) -> Attempt:
        activate(attempt)
        return attempt

    yield set_attempt
    activate(None)


def _needs(steps: int, width: int = 1) -> dict[str, set[str]]:
    values = {"steps": steps, "seconds": 0.0, "width": width, "fail_at": "", "fail_times": 0}
    return {key: set(node.needs) for key, node in fire_drill.graph_for(values).nodes.items()}


def test_graph__has_the_fan_out_in_the_middle_of_the_chain() -> None:
    assert _needs(3) == {
        "start": set(),
        "step-1": {"start"},
        "step-2": {"step-1"},
        "work": {"step-2"},
        "step-3": {"step-2", "work"},
        "finish": {"step-3"},
    }


def test_graph__of_no_steps_is_start_work_finish() -> None:
    assert _needs(0) == {"start": set(), "work": {"start"}, "finish": {"start", "work"}}


def test_graph__can_be_as_long_and_wide_as_allowed() -> None:
    values = {"steps": drill.MAX_STEPS, "seconds": 0, "width": drill.MAX_WIDTH, "fail_at": "", "fail_times": 0}
    graph = fire_drill.graph_for(values)
    assert len(graph.nodes) == drill.MAX_STEPS + 3
    assert len(graph.nodes["work"].args["item"]["const"]) == drill.MAX_WIDTH


def test_graph__steps_are_never_tried_again_by_themselves() -> None:
    assert {node.policy.retries for node in fire_drill.graph.nodes.values()} == {0}


def test_definition__bounds_its_input() -> None:
    properties = fire_drill.input_schema["properties"]
    assert {name: (item.get("minimum"), item.get("maximum")) for name, item in properties.items()} == {
        "steps": (0, 1000),
        "seconds": (0, 3600),
        "width": (0, 10_000),
        "fail_at": (None, None),
        "fail_times": (0, None),
    }


@pytest.mark.parametrize("name", ["", "start", "finish", "work", "work[0]", "work[2]", "step-1", "step-5"])
def test_check__accepts_the_steps_that_the_drill_has(name: str) -> None:
    assert fire_drill.check is not None
    fire_drill.check(steps=5, seconds=0, width=3, fail_at=name, fail_times=1)


@pytest.mark.parametrize(
    "name", ["step-0", "step-6", "step-01", "work[3]", "work[-1]", "Start", "step-1 ", "step-¹", "end"]
)
def test_check__refuses_others_and_names_those(name: str) -> None:
    assert fire_drill.check is not None
    with pytest.raises(InputRefused, match=r"start, work, work\[0\] … work\[2\], step-1 … step-5, finish") as refused:
        fire_drill.check(steps=5, seconds=0, width=3, fail_at=name, fail_times=1)
    assert refused.value.field == "fail_at"


def test_step__fails_as_often_as_told(run_as: Any) -> None:
    orders = Orders(0.0, "step-1", 2)
    for number in (1, 2):
        run_as(Attempt("step-1", number))
        with pytest.raises(RuntimeError, match=f"step-1, attempt {number} of 2"):
            drill.start(orders)
    run_as(Attempt("step-1", 3))
    assert drill.start(orders) == 0.0


@pytest.mark.parametrize(
    ("fail_at", "step_id", "fails"),
    [
        ("work", "work[7]", True),
        ("work[7]", "work[7]", True),
        ("work[7]", "work[8]", False),
        ("step-1", "step-10", False),
        ("", "start", False),
        ("", "", False),
    ],
)
def test_step__fails_where_told(run_as: Any, fail_at: str, step_id: str, fails: bool) -> None:
    run_as(Attempt(step_id))
    orders = Orders(0.0, fail_at, 1)
    if fails:
        with pytest.raises(RuntimeError):
            drill.work(7, orders)
    else:
        drill.work(7, orders)


def test_step__sleeps_with_progress(run_as: Any) -> None:
    attempt = run_as(Attempt())
    assert drill.start(Orders(0.25, "", 0)) == 0.25
    assert len(attempt.told) >= 3
    assert attempt.told[-1] == (0.2, 0.25)


def test_step__keeps_a_checkpoint_about_every_second(run_as: Any) -> None:
    attempt = run_as(Attempt())
    drill.start(Orders(1.15, "", 0))
    assert 1.0 <= attempt.kept < 1.15


def test_step__hands_back_its_work_and_goes_on_where_it_was(run_as: Any) -> None:
    attempt = run_as(Attempt(stop_after=2))
    with pytest.raises(StopRequested):
        drill.start(Orders(3600.0, "", 0))
    assert 0.2 <= attempt.kept < 3600.0
    second = run_as(Attempt(attempt=2, kept=3599.9, stop_after=5))
    assert drill.start(Orders(3600.0, "", 0)) == 3600.0
    assert second.told[0][0] >= 3599.9


def test_finish__adds_up_what_was_slept() -> None:
    orders = Orders(0.01, "", 0)
    assert drill.pass_on(0.5, [0.25, 0.25], orders) == pytest.approx(1.01)
    assert drill.finish(1.0, [], 3, 2, orders) == {"steps": 3, "width": 2, "slept_seconds": 1.01}


def test_finish__bears_steps_that_were_skipped() -> None:
    assert drill.finish(None, None, 3, 2, Orders(0.0, "", 0))["slept_seconds"] == 0.0
