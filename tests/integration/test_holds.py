"""Holds that end by themselves, and clocks that come too late for them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from audit.models import Entry
from tests.driver import Driver
from tests.integration.operating import ask, done
from workflows.models import Event, Workflow
from workflows.operations import holds
from workflows.states import Operation, RunState


def held(driver: Driver, then: str) -> Workflow:
    """A run whose hold has just ended."""
    run = driver.start("chain-of-ten")
    done(ask("pause", run, hold_until=(timezone.now() + timedelta(hours=1)).isoformat(), then=then))
    Workflow.objects.filter(pk=run.pk).update(hold_until=timezone.now() - timedelta(seconds=1))
    return run


@pytest.fixture
def late(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], Any]], None]:
    """Let the clock be frozen between its look at the runs that are due and its act; meanwhile this happens."""

    def late(meanwhile: Callable[[], Any]) -> None:
        on_its_own = holds.on_its_own

        def frozen(act: Callable[..., bool], workflow_id: UUID, *seen: Any) -> bool | None:
            assert act(workflow_id, *seen), "another clock was faster"
            meanwhile()
            return on_its_own(act, workflow_id, *seen)

        monkeypatch.setattr(holds, "on_its_own", frozen)

    return late


def test_late_clock__lets_a_run_be_that_was_paused_anew(driver: Driver, late: Any) -> None:
    run = held(driver, "resume")
    late(lambda: done(ask("pause", run)))
    assert holds.end_holds() == 0
    assert driver.again(run).status == RunState.PAUSED
    assert Entry.objects.filter(operation_type=Operation.RESUME).count() == 1
    assert Event.objects.filter(workflow=run, kind="run_resumed").count() == 1


def test_late_clock__lets_a_run_be_that_goes_on(driver: Driver, late: Any) -> None:
    held(driver, "resume")
    late(lambda: None)
    assert holds.end_holds() == 0
    assert Entry.objects.filter(operation_type=Operation.RESUME).count() == 1, "and nothing is refused"


def test_late_clock__ends_no_hold_that_it_has_not_seen(driver: Driver, late: Any) -> None:
    run = held(driver, "stay")

    def hold_anew() -> None:
        done(ask("resume", run))
        done(ask("pause", run, hold_until=(timezone.now() + timedelta(hours=1)).isoformat()))
        Workflow.objects.filter(pk=run.pk).update(hold_until=timezone.now())

    late(hold_anew)
    assert holds.end_holds() == 0
    assert driver.again(run).hold_until is not None
    assert Event.objects.filter(workflow=run, kind="hold_ended").count() == 1


@pytest.mark.parametrize(("then", "status"), [("resume", RunState.RUNNING), ("stay", RunState.PAUSED)])
def test_hold__ends_as_was_said(driver: Driver, then: str, status: RunState) -> None:
    run = held(driver, then)
    assert holds.end_holds() == 1
    found = driver.again(run)
    assert (found.status, found.hold_until) == (status, None)
    assert holds.end_holds() == 0
