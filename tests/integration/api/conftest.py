"""Clients of the API, logged in as one person each."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.driver import Driver
from workflows.models import Workflow


@pytest.fixture
def clients(people: dict[str, User]) -> dict[str, Client]:
    """A client for each group, one for a user without any (``outsider``), and one for nobody (``anonymous``)."""
    users = people | {"outsider": User.objects.create_user("outsider", password="outsider-secret")}
    found = {"anonymous": Client()}
    for name, user in users.items():
        found[name] = Client()
        found[name].force_login(user)
    return found


@pytest.fixture
def viewer(clients: dict[str, Client]) -> Client:
    return clients["viewer"]


@pytest.fixture
def api_operator(clients: dict[str, Client]) -> Client:
    return clients["operator"]


@pytest.fixture
def finished_run(driver: Driver, clients: dict[str, Client]) -> Workflow:
    """The flow of the contract, done."""
    return driver.work_off(driver.start("fetch-and-store", url="https://example.org"))


@pytest.fixture
def run_url() -> Callable[..., str]:
    def url(run: Workflow | UUID | str, rest: str = "") -> str:
        return f"/api/v1/workflows/{run.pk if isinstance(run, Workflow) else run}/{rest}"

    return url


@pytest.fixture
def post(api_operator: Client) -> Callable[..., Any]:
    """Create a run as the operator."""

    def create(body: Any, client: Client = api_operator, **headers: str) -> Any:
        return client.post("/api/v1/workflows/", body, content_type="application/json", headers=headers)

    return create
