"""Bounds on how many runs are at work at a time: who waits, who is next, and that no place is lost."""

from typing import Any

import pytest

from audit.actor import SYSTEM
from tests.driver import Driver
from tests.integration.pressure.conftest import Begin
from workflows import clock
from workflows.engine import admit
from workflows.engine.finish import finish
from workflows.engine.outcome import Failed, Succeeded
from workflows.invariants import places
from workflows.models import Definition, Event, Place, Workflow
from workflows.operations.perform import operate
from workflows.operations.request import Request
from workflows.states import Admission, Operation, ReasonCode, RunState


def do(run: Workflow, operation: Operation, **options: Any) -> Workflow:
    answer = operate(SYSTEM, Request(operation=operation, workflow_id=run.pk, **options))
    assert answer.reason_code in (ReasonCode.OPERATION_COMPLETED, ReasonCode.OPERATION_CANCELLED), answer
    return Workflow.objects.get(pk=run.pk)


def at_work() -> int:
    return Workflow.objects.filter(status=RunState.RUNNING, admission=Admission.ADMITTED).count()


def test_run_above_the_bound__is_running_and_waits(begin: Begin, driver: Driver) -> None:
    first, second, third = (begin("narrow") for _run in range(3))
    assert [run.admission for run in (first, second, third)] == ["admitted", "admitted", "waiting"]
    assert (third.status, third.phase) == (RunState.RUNNING, "waiting")
    assert driver.due(third).count() == 0
    assert driver.claim(third) is None
    assert third.deadline_at is None, "the time that it waits is not its own"


def test_end__gives_the_place_to_the_next(begin: Begin, driver: Driver) -> None:
    first, second, third = (begin("narrow") for _run in range(3))
    assert driver.work_off(first).status == RunState.COMPLETED
    third = driver.again(third)
    assert third.admission == Admission.ADMITTED
    assert third.deadline_at is not None
    assert driver.due(third).count() == 1
    assert driver.work_off(third).output == 2
    assert driver.work_off(second).status == RunState.COMPLETED
    assert not Place.objects.exists()
    kinds = list(Event.objects.filter(workflow=third).order_by("seq").values_list("kind", flat=True))
    assert kinds[:3] == ["run_created", "run_started", "run_admitted"]


def test_next__is_the_highest_priority_then_the_oldest(begin: Begin, driver: Driver) -> None:
    first, second = begin("narrow"), begin("narrow")
    old, young, urgent = begin("narrow"), begin("narrow"), begin("narrow", priority=5)
    order = []
    for ended in (first, second, urgent):
        do(ended, Operation.CANCEL)
        order.append({run.pk for run in (old, young, urgent) if driver.again(run).admission == Admission.ADMITTED})
    assert order == [{urgent.pk}, {urgent.pk, old.pk}, {old.pk, young.pk}]


@pytest.mark.parametrize("how", ["cancel", "fail"])
def test_place__is_free_however_a_run_ends(begin: Begin, driver: Driver, how: str) -> None:
    first, _second, third = (begin("narrow") for _run in range(3))
    if how == "cancel":
        do(first, Operation.CANCEL)
    else:
        claim = driver.claim(first)
        assert claim
        finish(claim, Failed("broken", "broken", permanent=True), take_next=True)
    assert driver.again(third).admission == Admission.ADMITTED
    assert at_work() == 2


def test_cancelled_run__keeps_its_place_while_an_attempt_is_in_flight(begin: Begin, driver: Driver) -> None:
    first, _second, third = (begin("narrow") for _run in range(3))
    claim = driver.claim(first)
    assert claim
    do(first, Operation.CANCEL)
    assert driver.again(third).admission == Admission.WAITING
    finish(claim, Succeeded(1, "1"), take_next=True)
    assert driver.again(third).admission == Admission.ADMITTED


def test_paused_run__keeps_its_place(begin: Begin, driver: Driver) -> None:
    first, _second, third = (begin("narrow") for _run in range(3))
    do(first, Operation.PAUSE)
    assert driver.again(third).admission == Admission.WAITING
    assert do(first, Operation.RESUME).admission == Admission.ADMITTED
    assert driver.work_off(first).status == RunState.COMPLETED


def test_run_that_waits__can_be_paused_resumed_and_cancelled(begin: Begin, driver: Driver) -> None:
    first, second, third = (begin("narrow") for _run in range(3))
    do(third, Operation.PAUSE)
    driver.work_off(first)
    assert driver.again(third).admission == Admission.OPEN, "a paused run stands in no line"
    assert do(third, Operation.RESUME).admission == Admission.ADMITTED
    assert driver.again(third).deadline_at is not None
    fourth = begin("narrow")
    assert fourth.admission == Admission.WAITING
    do(fourth, Operation.CANCEL)
    assert not Place.objects.filter(workflow=fourth).exists()
    driver.work_off(second)
    assert driver.again(fourth).status == RunState.CANCELLED


def test_retry_and_restart__stand_in_line_again(begin: Begin, driver: Driver) -> None:
    first, second = begin("narrow"), begin("narrow")
    do(first, Operation.CANCEL)
    third = begin("narrow")
    assert do(first, Operation.RETRY).admission == Admission.WAITING
    driver.work_off(second)
    assert driver.again(first).admission == Admission.ADMITTED
    assert driver.work_off(first).status == RunState.COMPLETED
    do(first, Operation.RESTART)
    fourth = begin("narrow")
    assert do(first, Operation.START).admission == Admission.WAITING
    driver.work_off(third)
    assert driver.work_off(first).status == RunState.COMPLETED
    assert driver.work_off(fourth).status == RunState.COMPLETED


def test_skipped_steps__complete_a_run_that_waits(begin: Begin, driver: Driver) -> None:
    _first, _second, third = (begin("narrow") for _run in range(3))
    for step in ("tread", "tread-2"):
        third = do(third, Operation.SKIP_STEP, step_id=step)
    assert third.status == RunState.COMPLETED
    assert not Place.objects.filter(workflow=third).exists()


def test_label__bounds_each_value(begin: Begin, driver: Driver, settings: Any) -> None:
    settings.VENOM_LABEL_LIMITS = {("tenant", "*"): 1, ("tenant", "large"): 2}
    runs = {
        (tenant, number): begin("single", labels={"tenant": tenant})
        for tenant in ("small", "large")
        for number in range(3)
    }
    waiting = [place for place, run in runs.items() if run.admission == Admission.WAITING]
    assert waiting == [("small", 1), ("small", 2), ("large", 2)]
    driver.work_off(runs["small", 0])
    assert driver.again(runs["small", 1]).admission == Admission.ADMITTED
    assert driver.again(runs["large", 2]).admission == Admission.WAITING


def test_two_bounds__are_kept_both_and_block_no_others(begin: Begin, driver: Driver, settings: Any) -> None:
    settings.VENOM_LABEL_LIMITS = {("tenant", "a"): 1}
    first = begin("narrow", labels={"tenant": "a"})
    blocked = begin("narrow", labels={"tenant": "a"}, priority=9)
    other = begin("narrow", labels={"tenant": "b"})
    assert [run.admission for run in (first, blocked, other)] == ["admitted", "waiting", "admitted"]
    driver.work_off(other)
    assert driver.again(blocked).admission == Admission.WAITING
    driver.work_off(first)
    assert driver.again(blocked).admission == Admission.ADMITTED


def test_bound_that_is_lifted__lets_all_begin(begin: Begin, driver: Driver) -> None:
    runs = [begin("narrow") for _run in range(4)]
    Definition.objects.filter(name="narrow").update(max_running=3)
    clock.tick()
    assert at_work() == 3
    Definition.objects.filter(name="narrow").update(max_running=None)
    clock.tick()
    assert at_work() == 4
    assert begin("narrow").admission == Admission.OPEN
    assert [driver.work_off(run).status for run in runs] == [RunState.COMPLETED] * 4
    assert not Place.objects.exists()


def test_cancelled_while_it_waits__stands_in_no_line_whatever_is_in_flight(
    begin: Begin, driver: Driver, settings: Any
) -> None:
    run = begin("narrow", labels={"tenant": "a"})
    claim = driver.claim(run)
    assert claim
    do(run, Operation.PAUSE)
    Place.objects.all().delete()
    Workflow.objects.filter(pk=run.pk).update(admission=Admission.OPEN)  # as if the bound came only now
    begin("narrow")
    begin("narrow")
    assert do(run, Operation.RESUME).admission == Admission.WAITING
    assert do(run, Operation.CANCEL).admission == Admission.OPEN
    assert not Place.objects.filter(workflow=run).exists()
    assert not list(places.INVARIANT.broken())


def test_crash_between_an_end_and_the_next__is_made_good_by_the_clock(
    begin: Begin, driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _second, third = (begin("narrow") for _run in range(3))
    with monkeypatch.context() as crash:
        crash.setattr(admit, "fill_places", lambda _bounds=None: None)
        driver.work_off(first)
        fourth = begin("narrow")
    assert driver.again(third).admission == Admission.WAITING
    clock.tick()
    assert driver.again(third).admission == Admission.ADMITTED
    assert driver.again(fourth).admission == Admission.WAITING


def test_run_without_a_bound__costs_no_place(begin: Begin, driver: Driver) -> None:
    run = begin("single", labels={"tenant": "a"})
    assert run.admission == Admission.OPEN
    assert not Place.objects.exists()
