"""Every operation of every surface, whatever comes of it, leaves exactly one entry; no secret ever gets into one."""

import contextlib
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from audit.models import Entry, Surface
from tests.driver import Driver
from tests.integration.admin.conftest import operation_url
from tests.integration.admin.test_operation_table import confirm
from tests.situations import SITUATIONS, Situation, expected
from workflows.models import Workflow
from workflows.states import Operation, RunState

Ask = Callable[[Client, Workflow, Operation, str | None], None]
CANARY = "c4n4ry-7f3a9d1e5b"


def by_rest(client: Client, run: Workflow, operation: Operation, step_id: str | None) -> None:
    body = {"workflow_id": str(run.pk)} | ({"step_id": step_id} if step_id else {})
    address = f"/api/v1/workflow/operations/{operation.replace('_', '-')}"
    client.post(address, body, content_type="application/json")


def by_path(client: Client, run: Workflow, operation: Operation, step_id: str | None) -> None:
    in_path = {Operation.SKIP_STEP: "skip_step", Operation.REPLAY_STEP: "replay_step"}
    address = f"/api/v1/workflow/control/workflow/{run.pk}/"
    address += f"step/{step_id}/{in_path[operation]}" if step_id else operation.value
    client.post(address, {}, content_type="application/json")


def by_command(_client: Client, run: Workflow, operation: Operation, step_id: str | None) -> None:
    action = "start-run" if operation is Operation.START else operation.replace("_", "-")
    step = ["--step", step_id] if step_id else []
    with contextlib.suppress(CommandError):
        call_command("workflow", action, str(run.pk), *step, "--as", "operator", stdout=io.StringIO())


def in_admin(client: Client, run: Workflow, operation: Operation, step_id: str | None) -> None:
    confirm(client, operation_url(run, operation, step_id))


WAYS: dict[str, tuple[Ask, Surface]] = {
    "rest": (by_rest, Surface.API),
    "path": (by_path, Surface.API),
    "command": (by_command, Surface.CLI),
    "admin": (in_admin, Surface.ADMIN),
}


@pytest.fixture
def client(people: dict[str, User]) -> Client:
    browser = Client()
    browser.force_login(people["operator"])
    return browser


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda item: f"{item.state}-{item.phase}")
def test_operation__leaves_exactly_one_entry(situation: Situation, way: str, driver: Driver, client: Client) -> None:
    ask, surface = WAYS[way]
    for operation in Operation:
        run = situation.build(driver)
        known = set(Entry.objects.values_list("pk", flat=True))
        ask(client, run, operation, situation.step_for(operation))
        entries = Entry.objects.exclude(pk__in=known).exclude(operation_type="preview")
        entry = entries.get()
        assert (entry.operation_type, entry.surface, entry.triggered_by) == (operation, surface, "operator")
        assert entry.resource_id == str(run.pk)
        assert entry.reason_code == expected(RunState(situation.state), operation).reason_code
        assert bool(entry.request_id), "the request is named on every surface"


def test_secrets__never_enter_by_any_surface(driver: Driver, client: Client, people: dict[str, User]) -> None:
    run = driver.start("chain-of-ten")
    tell = f"password={CANARY}"
    secrets = {"password": CANARY, "nested": {"api_key": CANARY, "list": [tell]}, tell: "x"}
    operations = "/api/v1/workflow/operations"
    for operation in ("pause", "resume", "dry-run", "retry", "cancel"):
        body = {"workflow_id": str(run.pk), "metadata": secrets, "reason": tell}
        client.post(f"{operations}/{operation}", body, content_type="application/json")
        client.post(f"{operations}/preview", {**body, "operation": operation}, content_type="application/json")
    bulk = {"operation": "cancel", "workflow_ids": [str(run.pk)], "metadata": secrets, "reason": tell}
    client.post(f"{operations}/bulk", bulk, content_type="application/json")
    start = {"definition": "chain-of-ten", "input": {"start": tell}, "labels": {"token": CANARY}}
    client.post("/api/v1/workflows/", start, content_type="application/json")
    client.post("/api/v1/workflows/", {**start, "input": {"secret": CANARY}}, content_type="application/json")
    client.post(operations + "/" + "pause", {"workflow_id": tell}, content_type="application/json")
    in_body = {"username": "operator", "password": CANARY}
    client.post("/api/v1/auth/token/", in_body, content_type="application/json")
    confirm(client, operation_url(run, Operation.RESTART), reason=tell)
    for arguments in (
        ["retry", str(run.pk), "--reason", tell],
        ["start", "chain-of-ten", "--input", f"secret={CANARY}"],
    ):
        with contextlib.suppress(CommandError):
            call_command("workflow", *arguments, "--as", "operator", stdout=io.StringIO())
    call_command("token", "create", "operator", "--json", stdout=(told := io.StringIO()))
    assert Entry.objects.filter(resource_type="workflow").count() > 12, "there is something to look through"
    trail = everything_in("audit_")
    assert CANARY not in trail
    assert json.loads(told.getvalue())["token"] not in trail


@pytest.mark.parametrize(
    ("metadata", "reason"),
    [
        ({"PGPASSWORD": CANARY}, ""),
        ({"accesstoken": CANARY}, ""),
        ({"url": f"HTTPS://portal:{CANARY}@host/x"}, ""),
        ({"env": [{"name": "DB_PASSWORD", "value": CANARY}]}, ""),
        ({"header": f"Cookie: sessionid={CANARY}"}, ""),
        ({"log": f'{{\\"password\\": \\"{CANARY}\\"}}'}, ""),
        ({}, f"ran with --password {CANARY}"),
        ({}, f'password: "long {CANARY}"'),
    ],
)
def test_ordinary_secret__never_enters(metadata: Any, reason: str, driver: Driver, client: Client) -> None:
    run = driver.start("chain-of-ten")
    body = {"workflow_id": str(run.pk), "metadata": metadata, "reason": reason}
    client.post("/api/v1/workflow/operations/dry-run", body, content_type="application/json")
    assert Entry.objects.filter(triggered_by="operator", resource_id=str(run.pk)).exists()
    assert CANARY not in everything_in("audit_")


def everything_in(prefix: str) -> str:
    """All rows of the tables whose names begin so, as text."""
    with connection.cursor() as cursor:
        found = []
        for table in connection.introspection.table_names(cursor):
            if table.startswith(prefix):
                cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 (the database's own names)
                found += cursor.fetchall()
    return repr(found)
