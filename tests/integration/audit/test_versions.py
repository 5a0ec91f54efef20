"""Versions of objects: each made by an operation names it, and is written in the transaction of the change."""

from uuid import UUID

import pytest
from django.contrib.auth.models import User
from django.db import transaction

from audit.actor import Actor
from audit.models import Entry, Surface
from tests.driver import Driver
from workflows.models import Definition, Workflow
from workflows.operations.create import NewRun, create_run
from workflows.operations.perform import perform
from workflows.operations.request import Request
from workflows.registry import REGISTER
from workflows.states import Operation


def test_run__has_a_version_for_each_operation_by_its_user(driver: Driver, people: dict[str, User]) -> None:
    actor = Actor(people["operator"], Surface.API)
    run = create_run(actor, NewRun("chain-of-ten")).run
    asked = [Operation.PAUSE, Operation.RESUME, Operation.CANCEL, Operation.RESTART]
    answers = [perform(actor, Request(operation, run.pk)) for operation in asked]
    versions = list(run.history.order_by("history_id"))
    created = Entry.objects.get(resource_id=str(run.pk), seq=1)
    named = [UUID(version.history_change_reason) for version in versions]
    assert named == [created.pk, created.pk, *(answer.operation_id for answer in answers)]
    assert {version.history_user for version in versions} == {people["operator"]}
    assert [version.status for version in versions] == ["idle", "running", "paused", "running", "cancelled", "idle"]


def test_definition__has_a_version_for_each_registration(flows_committed: None) -> None:
    assert Definition.history.count() == Definition.objects.count()
    for version in Definition.history.all():
        entry = Entry.objects.get(pk=version.history_change_reason)
        assert (entry.operation_type, entry.resource_id) == (REGISTER, version.name)


def test_version__goes_with_the_change_that_is_rolled_back(driver: Driver) -> None:
    run = driver.start("chain-of-ten")
    before = run.history.count()
    with transaction.atomic():
        perform(Actor(None, Surface.SYSTEM), Request(Operation.PAUSE, run.pk))
        transaction.set_rollback(True)
    assert run.history.count() == before
    assert Workflow.objects.get(pk=run.pk).status == "running"
    assert not Entry.objects.filter(resource_id=str(run.pk), operation_type="pause").exists()


def test_version__that_cannot_be_written_takes_the_change_with_it(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = driver.start("chain-of-ten")

    def fail(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("the version cannot be written")

    monkeypatch.setattr(Workflow.history.model, "save", fail)
    with pytest.raises(RuntimeError):
        perform(Actor(None, Surface.SYSTEM), Request(Operation.PAUSE, run.pk))
    assert Workflow.objects.get(pk=run.pk).status == "running"
    assert not Entry.objects.filter(resource_id=str(run.pk), operation_type="pause").exists()
