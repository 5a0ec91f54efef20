"""One run, or one duty, with which something goes wrong keeps none of the others waiting."""

import logging
from collections.abc import Callable
from datetime import timedelta
from types import ModuleType
from typing import Any
from uuid import UUID

import pytest
from django.db import DataError, InternalError, OperationalError
from django.utils import timezone

from audit.actor import SYSTEM
from audit.models.seal import Pending
from tests.driver import Driver
from workflows import clock
from workflows.engine import admit, deadline, reach, recover, unconfirmed
from workflows.engine.transaction import RunNotFound
from workflows.models import Attempt, Session, Workflow
from workflows.operations import holds
from workflows.operations.perform import perform
from workflows.operations.request import Request
from workflows.states import Admission, AttemptState, Operation, RunState
from workflows.worker.session import abandon_own_session

LONG_AGO = timedelta(hours=1)


@pytest.fixture
def stumble(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let what a module does to each run go wrong for one of them."""

    def stumble(module: ModuleType, name: str, run: Workflow, error: Exception) -> None:
        act = getattr(module, name)

        def stumbles(workflow_id: UUID, *rest: Any) -> Any:
            if workflow_id == run.pk:
                raise error
            return act(workflow_id, *rest)

        monkeypatch.setattr(module, name, stumbles)

    return stumble


def two(driver: Driver, definition: str = "chain-of-ten") -> tuple[Workflow, Workflow]:
    """The first of two runs is the one that is dealt with first."""
    return driver.start(definition), driver.start(definition)


@pytest.mark.parametrize("error", [DataError("no"), RunNotFound("no")])
def test_lost_leases__of_the_others_are_taken(
    driver: Driver, stumble: Any, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    bad, good = two(driver)
    claims = [driver.claim(run) for run in (bad, good)]
    Session.objects.update(expires_at=timezone.now() - LONG_AGO)
    stumble(recover, "release_lease", bad, error)
    assert recover.recover_lost_sessions() == 1
    abandon_own_session()
    assert Attempt.objects.get(pk=claims[1].attempt_id).status == AttemptState.LOST
    [told] = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert str(bad.pk) in told.getMessage()


def test_unconfirmed_attempts__of_the_others_are_closed(driver: Driver, stumble: Any) -> None:
    bad, good = two(driver)
    claims = [driver.claim(run) for run in (bad, good)]
    Attempt.objects.update(stop_requested_at=timezone.now() - LONG_AGO)
    stumble(unconfirmed, "release_lease", bad, DataError("no"))
    assert unconfirmed.close_unconfirmed_attempts() == 1
    assert Attempt.objects.get(pk=claims[1].attempt_id).status == AttemptState.UNCONFIRMED


def test_overdue_runs__fail_but_for_the_one(driver: Driver, stumble: Any) -> None:
    bad, good = two(driver)
    Workflow.objects.update(deadline_at=timezone.now() - LONG_AGO)
    stumble(deadline, "_fail_overdue", bad, DataError("no"))
    assert deadline.fail_overdue_runs() == 1
    assert driver.again(good).status == RunState.FAILED


def test_holds__of_the_others_end(driver: Driver, stumble: Any) -> None:
    bad, good = two(driver)
    for run in (bad, good):
        until = (timezone.now() + LONG_AGO).isoformat()
        assert perform(SYSTEM, Request(Operation.PAUSE, run.pk, options={"hold_until": until})).is_done
    Workflow.objects.update(hold_until=timezone.now() - LONG_AGO)
    stumble(holds, "_end_hold", bad, DataError("no"))
    assert holds.end_holds() == 1
    assert driver.again(good).status == RunState.RUNNING


def test_line__is_passed_by_those_behind(driver: Driver, stumble: Any) -> None:
    runs = [driver.start("narrow") for _number in range(4)]
    stumble(admit, "admit", runs[2], DataError("no"))
    assert perform(SYSTEM, Request(Operation.CANCEL, runs[0].pk)).is_done
    assert [driver.again(run).admission for run in runs[2:]] == [Admission.WAITING, Admission.ADMITTED]


@pytest.mark.parametrize("error", [OperationalError("away"), InternalError("the transaction was idle")])
def test_database_that_is_out_of_reach__is_nothing_of_the_run(driver: Driver, stumble: Any, error: Exception) -> None:
    bad, _good = two(driver)
    Workflow.objects.update(deadline_at=timezone.now() - LONG_AGO)
    stumble(deadline, "_fail_overdue", bad, error)
    with pytest.raises(type(error)):
        deadline.fail_overdue_runs()


@pytest.mark.parametrize("error", [DataError("no"), OperationalError("too many parameters"), RuntimeError("a bug")])
def test_duty_that_goes_wrong__keeps_none_of_the_others_from_their_turn(
    driver: Driver, monkeypatch: pytest.MonkeyPatch, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    def goes_wrong(**_given: bool) -> None:
        raise error

    driver.start("chain-of-ten")
    assert Pending.objects.exists()
    monkeypatch.setattr(clock, "recover_lost_sessions", goes_wrong)
    clock.tick()
    assert not Pending.objects.exists(), "the trail has been sealed, which is the last duty"
    assert any("goes_wrong" in record.getMessage() for record in caplog.records)


def test_duty__ends_the_tick_where_the_database_does_not_answer(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_given: Any) -> None:
        raise OperationalError("away")

    driver.start("chain-of-ten")
    monkeypatch.setattr(clock, "fail_overdue_runs", away)
    monkeypatch.setattr(clock, "database_answers", lambda: False)
    with pytest.raises(OperationalError):
        clock.tick()
    assert Pending.objects.exists()


def test_database_that_answers__is_told_from_one_that_does_not(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    assert reach.database_answers()

    def refuse() -> None:
        raise OperationalError("away")

    with monkeypatch.context() as outage:
        outage.setattr(reach.connection, "connect", refuse)
        assert not reach.database_answers()
    assert reach.database_answers()
