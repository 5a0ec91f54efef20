"""Previews of operations: what they would do, bound by a ticket, and nothing of it done."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import Permission, User
from django.utils import timezone

from audit.actor import Actor
from audit.models import Entry, Surface
from tests.driver import Driver
from tests.integration.forecast.conftest import Tables
from workflows.models import Ticket, Workflow
from workflows.operations.catalogue import verbs
from workflows.operations.errors import Refused
from workflows.operations.perform import perform
from workflows.operations.preview import preview
from workflows.operations.request import Request
from workflows.states import Operation, ReasonCode, RunState, allowed_operations

Read = Callable[[], Tables]


def request(operation: str, run: Workflow, step_id: str | None = None, **options: Any) -> Request:
    return Request(Operation(operation), run.pk, step_id=step_id, options=options)


@pytest.fixture
def viewer(people: dict[str, User]) -> Actor:
    return Actor(people["viewer"], Surface.API)


def test_preview__binds_what_it_shows(driver: Driver, operator: Actor) -> None:
    run = driver.work_off(driver.start("flaky", attempts=6))
    shown = preview(operator, request("retry", run))
    assert (shown.allowed, shown.reason_code) == (True, ReasonCode.OPERATION_COMPLETED)
    assert [(effect.step_id, effect.effect) for effect in shown.effects] == [("fail-until", "run_again")]
    assert shown.expires_at is not None
    assert timedelta(minutes=9) < shown.expires_at - timezone.now() <= timedelta(minutes=10)
    assert perform(operator, replace(request("retry", run), ticket=str(shown.ticket))).is_done


def test_ticket__is_stale_when_the_run_has_moved_on(driver: Driver, operator: Actor) -> None:
    run = driver.start("chain-of-ten")
    shown = preview(operator, request("cancel", run))
    driver.claim(run)
    answer = perform(operator, replace(request("cancel", run), ticket=str(shown.ticket)))
    assert answer.reason_code == ReasonCode.STALE_PLAN


@pytest.mark.parametrize("operation", list(Operation))
def test_preview__leaves_only_its_ticket_and_its_audit_entry(
    driver: Driver, operator: Actor, tables: Read, messages: Sequence[Any], operation: Operation
) -> None:
    run = driver.work_off(driver.start("fan", count=2))
    sent, before, entries = len(messages), tables(), Entry.objects.count()
    shown = preview(operator, Request(operation, run.pk, step_id="total"))
    assert shown.allowed == (operation in allowed_operations(RunState.COMPLETED))
    assert (shown.ticket is not None) == shown.allowed
    Ticket.objects.all().delete()
    assert tables() == before
    assert len(messages) == sent
    assert Entry.objects.count() == entries + 1
    entry = Entry.objects.get(pk=shown.operation_id)
    assert (entry.operation_type, entry.params["operation"]) == ("preview", operation)


@pytest.mark.parametrize("operation", [verb.operation for verb in verbs()])
def test_preview__refuses_what_the_operation_refuses(driver: Driver, operator: Actor, operation: Operation) -> None:
    run = driver.start("fan", count=2)
    shown = preview(operator, Request(operation, run.pk))
    answer = perform(operator, Request(operation, run.pk))
    assert (shown.allowed, shown.reason_code) == (answer.is_done, answer.reason_code)
    if not shown.allowed:
        assert (shown.message, shown.ticket, shown.effects) == (answer.message, None, ())


def test_viewer__sees_the_effects_but_gets_no_ticket(driver: Driver, viewer: Actor) -> None:
    run = driver.start("chain-of-ten")
    shown = preview(viewer, request("pause", run))
    assert (shown.allowed, shown.reason_code, shown.ticket) == (False, ReasonCode.PERMISSION_DENIED, None)
    assert "can_pause" in shown.message
    assert len(shown.effects) == 10
    assert not Ticket.objects.exists()


def test_outsider__may_not_even_look(driver: Driver) -> None:
    run = driver.start("chain-of-ten")
    outsider = Actor(User.objects.create_user("outsider"), Surface.API)
    with pytest.raises(Refused) as refusal:
        preview(outsider, request("pause", run))
    assert refusal.value.code == ReasonCode.PERMISSION_DENIED
    entry = Entry.objects.get(operation_type="preview")
    assert (entry.result, entry.reason_code) == ("failure", ReasonCode.PERMISSION_DENIED)


def test_whoever_may_do_it__may_look(driver: Driver) -> None:
    run = driver.start("chain-of-ten")
    user = User.objects.create_user("pauser")
    user.user_permissions.add(Permission.objects.get(codename="can_pause"))
    assert preview(Actor(user, Surface.API), request("pause", run)).allowed


def test_unknown_run_and_unknown_option__are_told(driver: Driver, operator: Actor) -> None:
    assert preview(operator, Request(Operation.PAUSE, uuid4())).reason_code == ReasonCode.RESOURCE_NOT_FOUND
    shown = preview(operator, request("pause", driver.start("fan"), colour="red"))
    assert (shown.reason_code, shown.ticket) == (ReasonCode.INVALID_CONFIGURATION, None)


def test_estimate__is_that_of_what_would_run(driver: Driver, operator: Actor) -> None:
    run = driver.work_off(driver.start("fan", count=2))
    for operation, step_id in (("restart", None), ("replay_step", "total")):
        seconds = preview(operator, request(operation, run, step_id)).estimated_seconds
        assert seconds is not None, operation
        assert seconds >= 0
    never = driver.work_off(driver.start("hopeless"))
    assert preview(operator, request("retry", never)).estimated_seconds is None
    assert preview(operator, request("cancel", driver.start("fan"))).estimated_seconds is None
