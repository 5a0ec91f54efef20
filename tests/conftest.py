"""Fixtures for all tests."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from celery import current_app
from django.contrib.auth.models import Group, User
from django.test import TransactionTestCase
from django.utils import translation

from audit import triggers
from audit.actor import Actor
from audit.models import Surface
from tests.driver import Driver
from venom_portal import roles
from workflows import registry
from workflows.engine import plans
from workflows.worker import stretch


@pytest.fixture(autouse=True, scope="session")
def _let_flush_empty_the_trail() -> Iterator[None]:
    """Between tests Django empties all tables, which the trail's triggers refuse; it installs them again afterwards."""
    teardown = TransactionTestCase._fixture_teardown

    def without_triggers(self: TransactionTestCase) -> None:
        triggers.drop()
        teardown(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", without_triggers)
        yield


@pytest.fixture(autouse=True)
def _forget_between_tests() -> Any:
    """Ids are used again in a fresh database: what a process keeps of a test must not outlive it."""
    plans.graph_of.cache_clear()
    plans.input_of.cache_clear()
    translation.deactivate()  # a request leaves its language behind
    yield
    with current_app.connection_for_write() as connection:
        connection.default_channel.queue_purge("default") if _has_queue(connection) else None


def _has_queue(connection: Any) -> bool:
    return "default" in getattr(connection.default_channel, "queues", {})


@pytest.fixture
def people(db: None) -> dict[str, User]:
    """One person for each group: viewer, operator, admin."""
    roles.sync()
    found = {}
    for name in ("viewer", "operator", "admin"):
        found[name] = User.objects.create_user(name, password=f"{name}-secret", is_staff=True)
        found[name].groups.add(Group.objects.get(name=name))
    return found


@pytest.fixture
def operator(people: dict[str, User]) -> Actor:
    """The operator at the API."""
    return Actor(people["operator"], Surface.API)


@pytest.fixture
def flows(db: None) -> None:
    """The flows of the sample package and of the portal, registered."""
    registry.sync()


@pytest.fixture
def driver(transactional_db: None, flows_committed: None) -> Iterator[Driver]:
    """Runs workflows in this process, one message at a time, on a database that commits."""
    yield Driver()
    stretch.end_session()


@pytest.fixture
def flows_committed(transactional_db: None) -> None:
    """As ``flows``, in a database that commits."""
    registry.sync()


@pytest.fixture
def start(driver: Driver) -> Callable[..., Any]:
    """Start a run of a sample flow and give it."""
    return driver.start


@pytest.fixture
def messages(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int | None]]:
    """What was sent to the broker: the arguments of each message, in order. They still go there."""
    sent: list[tuple[str, int | None]] = []
    send = current_app.send_task

    def watched(name: str, *, args: tuple[str, int | None], **options: Any) -> Any:
        sent.append(args)
        return send(name, args=args, **options)

    monkeypatch.setattr(type(current_app._get_current_object()), "send_task", staticmethod(watched))
    return sent
