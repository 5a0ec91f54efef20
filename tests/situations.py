"""Every state and phase that a run can be in, built by hand, and what the table of states says of each operation."""

from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

from audit.actor import SYSTEM
from tests.driver import Driver
from workflows.engine.claim import Claim
from workflows.engine.finish import finish
from workflows.engine.outcome import Failed, Succeeded
from workflows.models import Attempt, Workflow
from workflows.operations.create import NewRun, create_run
from workflows.operations.perform import perform
from workflows.operations.request import Request
from workflows.states import TRANSITIONS, Operation, ReasonCode, RunState, allowed_operations


class Situation(NamedTuple):
    """A state and phase, how a run gets there, and the steps with which it can be tried out."""

    state: RunState
    phase: str
    build: Callable[[Driver], Workflow]
    ran: str = "add-one"
    """A step that has run, unless the run is idle."""
    skippable: str = "add-one-10"
    """A step that has not begun or has failed, where there is one."""

    def step_for(self, operation: Operation) -> str | None:
        """Give the step to try an operation with; ``None``: it takes none."""
        return {Operation.SKIP_STEP: self.skippable, Operation.REPLAY_STEP: self.ran}.get(operation)


class Outcome(NamedTuple):
    """What came of an operation: the run's state after it, the code, and what is allowed then."""

    status: RunState
    reason_code: ReasonCode
    allowed_operations: list[Operation]

    @property
    def is_done(self) -> bool:
        return self.reason_code in (ReasonCode.OPERATION_COMPLETED, ReasonCode.OPERATION_CANCELLED)


def expected(state: RunState, operation: Operation) -> Outcome:
    """Say what the table of states says."""
    if operation not in allowed_operations(state):
        return Outcome(state, ReasonCode.FORBIDDEN_TRANSITION, allowed_operations(state))
    after = TRANSITIONS[operation][1] if operation in TRANSITIONS else state
    is_cancel = operation is Operation.CANCEL
    code = ReasonCode.OPERATION_CANCELLED if is_cancel else ReasonCode.OPERATION_COMPLETED
    return Outcome(after, code, allowed_operations(after))


def _idle(_driver: Driver) -> Workflow:
    return create_run(SYSTEM, NewRun("chain-of-ten", start=False)).run


def _dispatching(driver: Driver) -> Workflow:
    run = driver.start("chain-of-ten")
    finish(_claimed(driver, run), Succeeded(1, "1"), take_next=False)
    return run


def _failing(driver: Driver) -> Workflow:
    run = driver.start("diamond")
    _claimed(driver, run, "sibling")
    finish(_claimed(driver, run, "fail-now"), Failed("step_failed", "boom"), take_next=False)
    return run


def _in_flight(driver: Driver, operation: Operation) -> Workflow:
    run = _dispatching(driver)
    _claimed(driver, run)
    # Long ago: no operation has to wait until it has begun.
    Attempt.objects.filter(workflow=run).update(started_at=run.created_at - timedelta(minutes=1))
    return _after(run, operation)


def _after(run: Workflow, operation: Operation) -> Workflow:
    assert perform(SYSTEM, Request(operation, run.pk)).is_done
    return run


def _claimed(driver: Driver, run: Workflow, key: str | None = None) -> Claim:
    claim = driver.claim(run, key)
    assert claim
    return claim


SITUATIONS = (
    Situation(RunState.IDLE, "", _idle),
    Situation(RunState.RUNNING, "dispatching", _dispatching),
    Situation(RunState.RUNNING, "draining", _failing, ran="fail-now", skippable="fail-now"),
    Situation(RunState.PAUSED, "draining", lambda driver: _in_flight(driver, Operation.PAUSE)),
    Situation(RunState.PAUSED, "settled", lambda driver: _after(_dispatching(driver), Operation.PAUSE)),
    Situation(RunState.COMPLETED, "settled", lambda driver: driver.work_off(driver.start("chain-of-ten"))),
    Situation(
        RunState.FAILED,
        "settled",
        lambda driver: driver.work_off(driver.start("hopeless")),
        ran="give-up",
        skippable="give-up",
    ),
    Situation(RunState.CANCELLED, "stopping", lambda driver: _in_flight(driver, Operation.CANCEL)),
    Situation(RunState.CANCELLED, "settled", lambda driver: _after(_dispatching(driver), Operation.CANCEL)),
)
