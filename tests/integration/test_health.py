"""``/healthz`` and ``/readyz``."""

import socket
import subprocess
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import redis
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from venom_portal.processes import broker
from workflows.models import Session


@pytest.fixture
def running_broker(tmp_path: Path, settings: Settings) -> Iterator[None]:
    """A broker as ``up`` runs it."""
    path = tmp_path / "b.sock"
    process = subprocess.Popen(broker.embedded_command(path, tmp_path), stdout=subprocess.DEVNULL)
    settings.CELERY_BROKER_URL = f"redis+socket://{path}"
    while not _answers(settings.CELERY_BROKER_URL):
        assert process.poll() is None
        time.sleep(0.01)
    yield
    process.terminate()
    process.wait()


def _answers(url: str) -> bool:
    try:
        broker.ping(url)
    except redis.RedisError:
        return False
    return True


def _tick(age: timedelta = timedelta()) -> None:
    then = timezone.now() - age
    Session.objects.create(
        kind="clock", host="here", pid=1, started_at=then, heartbeat_at=then, expires_at=then + timedelta(seconds=30)
    )


def test_healthz__touches_nothing(client: Client) -> None:
    response = client.get("/healthz")  # without the db mark, a query would fail the test

    assert response.status_code == 200
    assert response.json() == {"status": "ok"}
    assert not response.cookies


def test_healthz__answers_whatever_the_host_name(client: Client) -> None:
    assert client.get("/healthz", headers={"host": "10.1.2.3:8000"}).status_code == 200


@pytest.mark.django_db
def test_readyz__ready(client: Client, running_broker: None) -> None:
    _tick()

    response = client.get("/readyz")

    parts = {name: {"ok": True} for name in ("web", "database", "broker", "clock")}
    assert (response.status_code, response.json()) == (200, {"status": "ready", "parts": parts})


@pytest.mark.django_db
@pytest.mark.parametrize("age", [None, timedelta(seconds=60)])
def test_readyz__not_ready_without_a_clock(age: timedelta | None, client: Client, running_broker: None) -> None:
    if age:
        _tick(age)

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["status"] == "not_ready"
    assert {name for name, part in response.json()["parts"].items() if not part["ok"]} == {"clock"}


@pytest.mark.django_db
def test_readyz__not_ready_without_a_broker(client: Client, tmp_path: Path, settings: Settings) -> None:
    settings.CELERY_BROKER_URL = f"redis+socket://{tmp_path / 'none.sock'}"
    _tick()

    response = client.get("/readyz")

    assert response.status_code == 503
    assert {name for name, part in response.json()["parts"].items() if not part["ok"]} == {"broker"}
    assert str(tmp_path) not in response.content.decode()


@pytest.mark.django_db
@pytest.mark.timeout(20)
def test_readyz__not_ready_when_the_broker_accepts_and_stays_silent(client: Client, settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.CELERY_BROKER_URL = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"

        assert client.get("/readyz").json()["parts"]["broker"] == {"ok": False}


@pytest.mark.django_db
def test_readyz__asks_the_database_little(
    client: Client, running_broker: None, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    _tick()

    with django_assert_max_num_queries(2):
        client.get("/readyz")
