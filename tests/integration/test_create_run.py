"""Creating and starting a run."""

import threading
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection

from audit.actor import SYSTEM, Actor
from audit.models import Entry, Surface
from workflows.models import Event, Label, Step, Workflow
from workflows.operations.create import NewRun, create_run
from workflows.operations.errors import Refused
from workflows.states import ReasonCode, RunState


@pytest.mark.django_db
@pytest.mark.usefixtures("flows")
class TestCreate:
    def test_run__is_started_and_on_record(self, operator: Actor) -> None:
        run, is_new = create_run(operator, NewRun("fan", input={"count": 2}, labels={"team": "a"}, priority=5))
        assert is_new
        assert run.status == RunState.RUNNING
        assert (run.created_by_name, run.priority, run.labels) == ("operator", 5, {"team": "a"})
        assert list(Label.objects.filter(workflow=run).values_list("key", "value")) == [("team", "a")]
        assert list(Event.objects.filter(workflow=run).order_by("seq").values_list("kind", flat=True)) == [
            "run_created",
            "run_started",
        ]
        entry = Entry.objects.get(resource_type="workflow")
        assert (entry.operation_type, entry.resource_id, entry.triggered_by) == ("start", str(run.pk), "operator")
        assert (entry.result, entry.reason_code, entry.surface) == ("success", "operation_completed", "api")
        version = run.history.earliest()  # type: ignore[attr-defined]
        assert version.history_user == operator.user
        assert version.history_change_reason == str(entry.operation_id)

    def test_defaults__are_filled_in(self, operator: Actor) -> None:
        assert create_run(operator, NewRun("fan")).run.input == {"count": 3}

    def test_idle_run__waits(self, operator: Actor) -> None:
        run = create_run(operator, NewRun("fan", start=False)).run
        assert run.status == RunState.IDLE
        assert set(Step.objects.filter(workflow=run).values_list("status", flat=True)) == {"pending"}

    def test_start_key__gives_the_first_run_again(self, operator: Actor) -> None:
        first = create_run(operator, NewRun("fan", start_key="monday"))
        second = create_run(operator, NewRun("fan", input={"count": 9}, start_key="monday"))
        other = create_run(operator, NewRun("flaky", start_key="monday"))
        assert (first.is_new, second.is_new, other.is_new) == (True, False, True)
        assert second.run.pk == first.run.pk
        assert other.run.pk != first.run.pk

    @pytest.mark.parametrize(
        ("asked", "code", "field"),
        [
            (NewRun("nothing"), ReasonCode.RESOURCE_NOT_FOUND, None),
            (NewRun("fan", version=9), ReasonCode.RESOURCE_NOT_FOUND, None),
            (NewRun("fan", input={"count": "x"}), ReasonCode.INVALID_CONFIGURATION, "input.count"),
            (NewRun("fan", input={"other": 1}), ReasonCode.INVALID_CONFIGURATION, "input.other"),
            (NewRun("fan", input=[1]), ReasonCode.INVALID_CONFIGURATION, "input"),
            (NewRun("fetch-and-store"), ReasonCode.INVALID_CONFIGURATION, "input.url"),
            (NewRun("fetch-and-store", input={"url": "a\0"}), ReasonCode.INVALID_CONFIGURATION, "input.url"),
            (NewRun("fetch-and-store", input={"url": "x" * 300_000}), ReasonCode.INVALID_CONFIGURATION, "input"),
            (NewRun("typed", input={"name": "n", "size": {}}), ReasonCode.INVALID_CONFIGURATION, "input.size.width"),
            (NewRun("fan", priority=5000), ReasonCode.INVALID_CONFIGURATION, "priority"),
            (NewRun("fan", labels={"a:b": "c"}), ReasonCode.INVALID_CONFIGURATION, "labels"),
            (NewRun("fan", start_key=""), ReasonCode.INVALID_CONFIGURATION, "start_key"),
            (NewRun("fire-drill", input={"fail_at": "nowhere"}), ReasonCode.INVALID_CONFIGURATION, "input.fail_at"),
        ],
    )
    def test_bad_request__creates_nothing_and_is_on_record(
        self, operator: Actor, asked: NewRun, code: ReasonCode, field: str | None
    ) -> None:
        with pytest.raises(Refused) as error:
            create_run(operator, asked)
        assert error.value.code == code
        assert list(error.value.fields) == ([] if field is None else [field])
        assert not Workflow.objects.exists()
        assert Entry.objects.get(resource_type="workflow").reason_code == code

    @pytest.mark.parametrize(("name", "may"), [("viewer", False), ("operator", True), ("admin", True)])
    def test_permission__is_checked_by_the_operation(self, people: dict[str, User], name: str, may: bool) -> None:
        actor = Actor(people[name], Surface.CLI)
        if may:
            create_run(actor, NewRun("fan"))
            return
        with pytest.raises(Refused) as error:
            create_run(actor, NewRun("fan"))
        assert error.value.code == ReasonCode.PERMISSION_DENIED
        assert Entry.objects.get(triggered_by=name).reason_code == "permission_denied"


def test_start_key__of_many_at_once_makes_one_run(flows_committed: None) -> None:
    made: list[Any] = []
    gate = threading.Barrier(8)

    def ask() -> None:
        gate.wait()
        try:
            made.append(create_run(SYSTEM, NewRun("fan", start_key="race")))
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 8
    assert len({created.run.pk for created in made}) == 1
    assert sum(created.is_new for created in made) == 1
