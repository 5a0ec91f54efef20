"""Runs of any priority and label, and broker queues that are empty."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from celery import current_app

from audit.actor import SYSTEM
from tests.driver import Driver
from workflows.models import Workflow
from workflows.operations.create import NewRun, create_run

Begin = Callable[..., Workflow]


@pytest.fixture
def begin(driver: Driver) -> Begin:
    """Create and start a run; what is not its input is named."""

    def begin(definition: str, **given: Any) -> Workflow:
        return create_run(SYSTEM, NewRun(definition, **given)).run

    return begin


@pytest.fixture(autouse=True)
def _empty_heavy_queue() -> Iterator[None]:
    yield
    with current_app.connection_for_write() as connection, connection.channel() as channel:
        if "heavy" in getattr(channel, "queues", {}):
            channel.queue_purge("heavy")
