"""Every state and phase × every operation × every surface: all do and say what the table of states says."""

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client

from audit.actor import Actor
from audit.models import Entry, Surface
from tests.driver import Driver
from tests.situations import SITUATIONS, Outcome, Situation, expected
from workflows.models import Workflow
from workflows.operations.perform import perform
from workflows.operations.request import Request
from workflows.states import Operation, RunState

Face = Callable[[User, Operation, Workflow, str | None], tuple[bool, dict[str, Any]]]
"""Asks for an operation; gives whether the surface says that it is done, and the answer."""


def by_service(user: User, operation: Operation, run: Workflow, step_id: str | None) -> tuple[bool, dict[str, Any]]:
    answer = perform(Actor(user, Surface.SYSTEM), Request(operation, run.pk, step_id=step_id))
    return answer.is_done, {**vars(answer), "allowed_operations": list(answer.allowed_operations)}


def by_rest(user: User, operation: Operation, run: Workflow, step_id: str | None) -> tuple[bool, dict[str, Any]]:
    body = {"workflow_id": str(run.pk), "operation": operation} | ({"step_id": step_id} if step_id else {})
    return _posted(user, f"/api/v1/workflow/operations/{operation.replace('_', '-')}", body)


def by_path(user: User, operation: Operation, run: Workflow, step_id: str | None) -> tuple[bool, dict[str, Any]]:
    address = f"/api/v1/workflow/control/workflow/{run.pk}"
    return _posted(user, f"{address}/step/{step_id}/{operation}" if step_id else f"{address}/{operation}", {})


def _posted(user: User, url: str, body: dict[str, Any]) -> tuple[bool, dict[str, Any]]:
    client = Client()
    client.force_login(user)
    response = client.post(url, body, content_type="application/json")
    assert response.status_code in (200, 409)
    return response.status_code == 200, response.json()


def by_command(user: User, operation: Operation, run: Workflow, step_id: str | None) -> tuple[bool, dict[str, Any]]:
    name = "start-run" if operation is Operation.START else operation.replace("_", "-")
    step = ["--step", step_id] if step_id else []
    out, code = io.StringIO(), 0
    try:
        call_command("workflow", name, str(run.pk), *step, "--json", "--as", user.username, stdout=out)
    except CommandError as error:
        code = error.returncode
    assert code in (0, 1)
    return code == 0, json.loads(out.getvalue())


FACES: dict[str, Face] = {"service": by_service, "rest": by_rest, "path": by_path, "command": by_command}


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda item: f"{item.state}-{item.phase}")
def test_every_operation__is_answered_alike_and_as_the_table_says(
    situation: Situation, driver: Driver, people: dict[str, User]
) -> None:
    for operation in Operation:
        messages = {}
        for name, ask in FACES.items():
            run = situation.build(driver)
            before = driver.again(run)
            assert (before.status, before.phase) == (situation.state, situation.phase)
            entries = Entry.objects.count()
            is_done, answer = ask(people["operator"], operation, run, situation.step_for(operation))
            found = Outcome(answer["status"], answer["reason_code"], answer["allowed_operations"])
            assert found == expected(RunState(situation.state), operation), (operation, name)
            assert is_done is found.is_done
            assert driver.again(run).status == found.status
            assert Entry.objects.count() == entries + 1
            assert Entry.objects.filter(operation_id=answer["operation_id"], reason_code=found.reason_code).exists()
            messages[name] = answer["message"].replace(str(run.pk), "")
        assert len(set(messages.values())) == 1, messages
