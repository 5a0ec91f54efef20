"""The table of states, against the contract's."""

import pytest

from workflows.states import TRANSITIONS, Operation, RunState, allowed_operations, phase

CONTRACT = {
    ("idle", "running", "start"),
    ("running", "paused", "pause"),
    ("running", "cancelled", "cancel"),
    ("paused", "running", "resume"),
    ("paused", "cancelled", "cancel"),
    ("completed", "idle", "restart"),
    ("failed", "running", "retry"),
    ("failed", "idle", "restart"),
    ("cancelled", "idle", "restart"),
    ("cancelled", "running", "retry"),
}


def test_transitions__are_those_of_the_contract() -> None:
    table = {
        (source.value, target.value, operation.value)
        for operation, (sources, target) in TRANSITIONS.items()
        for source in sources
    }
    assert table == CONTRACT


@pytest.mark.parametrize("state", list(RunState))
def test_allowed_operations__follow_the_table(state: RunState) -> None:
    expected = {operation for source, _target, operation in CONTRACT if source == state} | {"dry_run"}
    expected |= {"skip_step"} if state in ("running", "failed") else set()
    expected |= {"replay_step"} if state != "idle" else set()
    assert {operation.value for operation in allowed_operations(state)} == expected


@pytest.mark.parametrize(
    ("state", "in_flight", "failing", "expected"),
    [
        (RunState.IDLE, 0, False, ""),
        (RunState.RUNNING, 0, False, "dispatching"),
        (RunState.RUNNING, 2, True, "draining"),
        (RunState.PAUSED, 1, False, "draining"),
        (RunState.PAUSED, 0, False, "settled"),
        (RunState.CANCELLED, 1, False, "stopping"),
        (RunState.CANCELLED, 0, False, "settled"),
        (RunState.COMPLETED, 0, False, "settled"),
        (RunState.FAILED, 0, True, "settled"),
    ],
)
def test_phase(state: RunState, in_flight: int, failing: bool, expected: str) -> None:
    assert phase(state, in_flight, failing=failing) == expected


def test_operations__have_the_names_of_the_contract() -> None:
    assert {operation.value for operation in Operation} == {
        "start", "pause", "resume", "cancel", "retry", "restart", "skip_step", "replay_step", "dry_run",
    }  # fmt: skip
