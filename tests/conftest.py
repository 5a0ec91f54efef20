"""Fixtures for all tests."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from celery import current_app
from django.contrib.auth.models import Group, User
from django.test import TransactionTestCase
from django.utils import translation

from audit.actor import Actor
from audit.models import Surface
from tests.clean_slate import CleanSlate
from tests.driver import Driver
from venom_portal import roles
from workflows.engine import plans
from workflows.worker import stretch


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[CleanSlate]:
    """The test database; after a test that commits it is wiped, faster than Django would."""
    with django_db_blocker.unblock():
        slate = CleanSlate()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _self: slate.wipe())
        yield slate


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
def flows(db: None, django_db_setup: CleanSlate) -> None:
    """The flows of the sample package and of the portal, registered."""
    django_db_setup.register_flows()


@pytest.fixture
def driver(transactional_db: None, flows_committed: None) -> Iterator[Driver]:
    """Runs workflows in this process, one message at a time, on a database that commits."""
    yield Driver()
    stretch.end_session()


@pytest.fixture
def flows_committed(transactional_db: None, django_db_setup: CleanSlate) -> None:
    """As ``flows``, in a database that commits."""
    django_db_setup.register_flows()


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
