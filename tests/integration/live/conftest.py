"""Runs and events to follow."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client

from audit.actor import SYSTEM
from workflows.engine.transaction import locked_run
from workflows.models import Workflow
from workflows.operations.create import NewRun, create_run

Tell = Callable[..., None]


@pytest.fixture
def run(flows_committed: None) -> Workflow:
    return create_run(SYSTEM, NewRun("chain-of-ten", start=False)).run


@pytest.fixture
def tell() -> Tell:
    """Add events to a run's history."""

    def add(run: Workflow, count: int = 1) -> None:
        with locked_run(run.pk) as move:
            for _number in range(count):
                move.tell("noted")

    return add


@pytest.fixture
def viewer(people: dict[str, User]) -> Client:
    client = Client()
    client.force_login(people["viewer"])
    return client
