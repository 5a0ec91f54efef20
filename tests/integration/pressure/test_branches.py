"""A branch that is left out while a bounded run comes to its place."""

from tests.driver import Driver
from tests.integration.pressure.conftest import Begin
from tests.integration.pressure.test_places import do
from workflows.engine.finish import finish
from workflows.engine.outcome import Failed, Succeeded
from workflows.invariants import counters
from workflows.states import Operation, RunState


def test_condition_that_was_decided_while_the_run_drained__is_counted_when_it_goes_on(
    begin: Begin, driver: Driver
) -> None:
    run = begin("bounded-branches")
    other, failing, condition = (driver.claim(run, key) for key in ("other", "fail-at-first", "is-wanted"))
    assert other
    assert failing
    assert condition
    finish(other, Succeeded(1, "1"), take_next=False)
    finish(failing, Failed("step_failed", "boom"), take_next=False)
    finish(condition, Succeeded(False, "false"), take_next=False)
    assert driver.again(run).status == RunState.FAILED
    run = do(run, Operation.RETRY)
    assert (run.done, run.total) == (4, 5), "all but the step that failed"
    assert not list(counters.INVARIANT.broken())
    assert driver.work_off(run).status == RunState.COMPLETED
