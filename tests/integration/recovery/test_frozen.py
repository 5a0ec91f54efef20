"""A process that is frozen within a transaction, or whose machine is gone: the server ends what it holds."""

import threading
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from tests.driver import Driver
from workflows.engine.reach import OUT_OF_REACH
from workflows.engine.recover import recover_lost_sessions
from workflows.engine.transaction import locked_run
from workflows.forecast.preview_process import _read_only_postgres
from workflows.models import Session, Workflow
from workflows.worker.session import abandon_own_session

pytestmark = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite's locks end with their process")


def told_by_the_server(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SHOW {name}")
        return str(cursor.fetchone()[0])


def test_connection__tells_the_server_how_long_a_transaction_may_be_idle(db: None) -> None:
    assert told_by_the_server("idle_in_transaction_session_timeout") == "20s"


def test_connection_of_previews__keeps_that_and_its_own_limits() -> None:
    options = _read_only_postgres(settings.DATABASES["default"], 3.0)["OPTIONS"]["options"]
    for expected in ("idle_in_transaction_session_timeout=20000", "statement_timeout=3000"):
        assert f"-c {expected}" in options


def test_transaction_of_a_frozen_process__is_ended_and_holds_nobody_up(driver: Driver) -> None:
    run = driver.start("chain-of-ten")
    assert driver.claim(run)
    Session.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    is_frozen, is_thawed = threading.Event(), threading.Event()
    found: list[Exception] = []

    def freeze() -> None:
        try:
            with locked_run(run.pk), connection.cursor() as cursor:
                cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 300")  # as the 20 s, for the impatient
                is_frozen.set()
                is_thawed.wait()
                Workflow.objects.get(pk=run.pk)
        except DatabaseError as error:
            found.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=freeze)
    thread.start()
    is_frozen.wait()
    assert recover_lost_sessions() == 1
    abandon_own_session()
    is_thawed.set()
    thread.join()
    assert isinstance(found[0], OUT_OF_REACH), "and no mistake of whoever was frozen"
