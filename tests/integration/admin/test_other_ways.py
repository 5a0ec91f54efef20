"""What the page of an operation gives to be copied: it works as it stands."""

import json
import re
import shlex
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from django.urls import resolve

from tests.driver import Driver
from tests.integration.admin.conftest import operation_url
from workflows.models import Step, Workflow
from workflows.states import Operation, RunState, StepState

_SHOWN = re.compile(r'<pre class="as-it-is" tabindex="0">(.*?)</pre>', re.DOTALL)
_LATER = "2100-01-01T00:00"


def ways(client: Client, run: Workflow, operation: Operation, step_id: str | None = None, **given: str) -> list[str]:
    """The command and the call of REST that a page shows once these options were looked at."""
    response = client.post(operation_url(run, operation, step_id), {**given, "look": "1"})
    return [unescape(found) for found in _SHOWN.findall(response.content.decode())]


def run_command(line: str) -> None:
    python, manage, name, *rest = shlex.split(line)
    assert (python, manage) == ("python", "manage.py")
    call_command(name, *rest, "--as", "operator")


def call_rest(line: str, user: User) -> None:
    *_options, body, url = shlex.split(line)
    client = Client()
    client.force_login(user)
    address = url.removeprefix("http://testserver")
    assert resolve(address)
    response = client.post(address, json.loads(body), content_type="application/json")
    assert response.status_code == 200, response.content


@pytest.mark.parametrize("by", ["command", "rest"])
def test_pause_and_skip__are_done_as_shown(
    clients: dict[str, Client], people: dict[str, User], driver: Driver, by: str
) -> None:
    def do(*asked: Any, **given: str) -> None:
        command, curl = ways(clients["operator"], run, *asked, **given)
        run_command(command) if by == "command" else call_rest(curl, people["operator"])

    run = driver.start("chain-of-ten")
    do(Operation.SKIP_STEP, "add-one-5", output='"it\'s"', reason="it's broken")
    step = Step.objects.get(workflow=run, key="add-one-5")
    assert (step.status, step.output) == (StepState.SKIPPED, "it's")
    do(Operation.PAUSE, mode="stop", hold_until=_LATER, then="stay", reason="the <disk> is full")
    hold = driver.again(run).hold
    assert hold
    assert (hold["mode"], hold["then"], hold["reason"]) == ("stop", "stay", "the <disk> is full")
    assert hold["until"].startswith(_LATER)
    for operation in (Operation.RESUME, Operation.CANCEL, Operation.RETRY, Operation.CANCEL, Operation.RESTART):
        do(operation)
    do(Operation.START)
    do(Operation.DRY_RUN)
    assert driver.again(run).status == RunState.RUNNING
