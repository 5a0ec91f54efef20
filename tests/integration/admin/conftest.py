"""Browsers of the administration, logged in as one person each, and something to look at."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.http import urlencode

from audit.actor import SYSTEM
from tests.driver import Driver
from workflows.models import Workflow
from workflows.operations.create import NewRun, create_run
from workflows.states import Operation

MODELS = {
    "audit": ("entry",),
    "workflows": ("attempt", "definition", "event", "logline", "session", "step", "workflow"),
}
NAMES = [f"{app}_{model}" for app, models in MODELS.items() for model in models]

ACTIVE = re.compile(r"<style|\sstyle=|\son\w+=|javascript:|<script(?![^>]*\ssrc=)", re.IGNORECASE)


@pytest.fixture
def clients(people: dict[str, User]) -> dict[str, Client]:
    """A client for each group, one of a superuser, and one of a member of the staff who has no permission."""
    users = people | {
        "root": User.objects.create_superuser("root", password="root-secret"),
        "outsider": User.objects.create_user("outsider", password="outsider-secret", is_staff=True),
    }
    found = {}
    for name, user in users.items():
        found[name] = Client()
        found[name].force_login(user)
    return found


@pytest.fixture
def viewer(clients: dict[str, Client]) -> Client:
    return clients["viewer"]


@pytest.fixture
def worked(driver: Driver, clients: dict[str, Client]) -> Workflow:
    """A run that left a row in every table: it logged, told its progress, and has ended."""
    return driver.work_off(driver.start("talkative"))


@pytest.fixture
def idle_runs(flows: None, clients: dict[str, Client]) -> Callable[[int], list[Workflow]]:
    """Make runs that nobody has started, the oldest first."""

    def make(count: int) -> list[Workflow]:
        return [create_run(SYSTEM, NewRun("fan", start=False)).run for _ in range(count)]

    return make


def list_url(name: str) -> str:
    return reverse(f"admin:{name}_changelist")


def page_url(row: Any) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def operation_url(run: Workflow, operation: Operation, step_id: str | None = None) -> str:
    address = reverse("admin:workflows_workflow_operation", args=[run.pk, operation])
    return f"{address}?{urlencode({'step': step_id})}" if step_id else address


def statements(client: Client, url: str) -> list[str]:
    """The SQL that a page takes; what Django keeps for the life of the process is there already."""
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return [query["sql"] for query in captured.captured_queries]
