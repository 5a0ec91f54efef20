"""Event streams from a real web process, with a real broker, on both databases."""

import os
import random
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPResponse
from itertools import islice
from pathlib import Path
from uuid import UUID

import psutil
import pytest
from django.contrib.auth.models import User
from django.db import connection

from audit.actor import SYSTEM, Actor
from audit.models import Surface
from tests.acceptance.live_client import LiveClient, messages_of, start_web
from tests.acceptance.parts import Parts, eventually, parts
from tests.acceptance.running import free_port
from venom_portal import tokens
from workflows.engine.transaction import locked_run
from workflows.models import Workflow
from workflows.operations.create import NewRun, create_run
from workflows.operations.perform import perform
from workflows.operations.request import Request
from workflows.states import Operation

PAGES = 200
_OTHERS = "FROM pg_stat_activity WHERE datname = current_database() AND pid != pg_backend_pid()"


@pytest.fixture
def running(flows_committed: None, tmp_path: Path) -> Iterator[Parts]:
    with parts(tmp_path) as made:
        made.start_broker()
        yield made


@pytest.fixture
def client(running: Parts, people: dict[str, User]) -> Iterator[LiveClient]:
    port = free_port()
    start_web(running, port)
    made = LiveClient(port, tokens.issue(SYSTEM, people["viewer"]).token)
    yield made
    made.close()


@pytest.fixture
def run(flows_committed: None) -> Workflow:
    return create_run(SYSTEM, NewRun("chain-of-ten", start=False)).run


def tell(run_id: UUID, count: int = 1) -> None:
    with locked_run(run_id) as move:
        for _number in range(count):
            move.tell("noted")


def seqs(got: list) -> list[int]:
    return [int(message.id) for message in got if message.name == "run_event"]


def last_seq(run: Workflow) -> int:
    return Workflow.objects.get(pk=run.pk).event_seq


def web_process(running: Parts) -> psutil.Process:
    return psutil.Process(running.processes["web"].pid)


def database_handles(running: Parts) -> int:
    """How many connections the web process has to the database."""
    if connection.vendor == "sqlite":
        name = str(connection.settings_dict["NAME"])
        return sum(file.path == name for file in web_process(running).open_files())
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) {_OTHERS}")
        return int(cursor.fetchone()[0])


@contextmanager
def nobody_else_connects() -> Iterator[None]:
    """Let the database be out of reach for all others while inside."""
    name = connection.ops.quote_name(connection.settings_dict["NAME"])
    with connection._nodb_cursor() as elsewhere, connection.cursor() as cursor:
        elsewhere.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        try:
            cursor.execute(f"SELECT pg_terminate_backend(pid) {_OTHERS}")
            yield
        finally:
            elsewhere.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")


def test_stream__sends_the_history_and_goes_on(client: LiveClient, run: Workflow) -> None:
    tell(run.pk, 3)
    stream = client.messages(f"workflow={run.pk}&after=1")
    known = last_seq(run)
    assert seqs(list(islice(stream, known - 1))) == list(range(2, known + 1))
    tell(run.pk)
    message = next(stream)
    assert message.name == "run_event"
    assert message.id == str(known + 1)
    assert message.data.pop("at")
    assert message.data == {"workflow": str(run.pk), "seq": known + 1, "kind": "noted", "step": "", "data": {}}


def test_stream__neither_loses_nor_doubles_across_reconnects(client: LiveClient, run: Workflow) -> None:
    wanted = 4_000

    def write() -> None:
        try:
            while last_seq(run) < wanted:
                tell(run.pk, random.randint(1, 40))
        finally:
            connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    got: list[int] = []
    last_id = ""
    while len(got) < wanted:
        for message in islice(client.messages(f"workflow={run.pk}", last_id), random.randint(1, 700)):
            if message.name == "run_event":
                got.append(int(message.id))
                last_id = message.id
            if len(got) >= wanted:
                break
    writer.join(30)
    assert got == list(range(1, len(got) + 1))


def test_open_pages__cost_no_database_connection_each(client: LiveClient, running: Parts, run: Workflow) -> None:
    streams: list[HTTPResponse] = []
    before = database_handles(running)
    for number in range(PAGES):
        streams.append(client.open(f"workflow={run.pk}" if number % 2 else ""))
        assert streams[-1].status == 200
    tell(run.pk)
    for stream in streams:
        assert next(messages_of(stream))
    # The hub's, and those that all catching up shares.
    handles_each = 1 if connection.vendor == "postgresql" else 2
    eventually(lambda: database_handles(running) - before <= handles_each * 2, 10)
    assert len(web_process(running).net_connections()) >= PAGES


def test_lists__are_told_which_runs_have_changed(client: LiveClient, run: Workflow) -> None:
    with client.following("") as got:
        eventually(lambda: got, 10)
        tell(run.pk)
        changed = eventually(lambda: [message for message in got if message.name == "changed"], 10)
    assert changed[0].data == {"workflow": str(run.pk), "status": "idle"}


def test_broker_killed__streams_go_on_and_are_fast_again_after_it(
    client: LiveClient, running: Parts, run: Workflow
) -> None:
    with client.following(f"workflow={run.pk}") as got:
        tell(run.pk)
        eventually(lambda: len(seqs(got)) == last_seq(run), 10)
        running.kill("broker")
        tell(run.pk, 5)
        eventually(lambda: len(seqs(got)) == last_seq(run), 10)
        running.start_broker()
        tell(run.pk, 5)
        eventually(lambda: len(seqs(got)) == last_seq(run), 10)
    assert seqs(got) == list(range(1, last_seq(run) + 1))


@pytest.mark.skipif(connection.vendor != "postgresql", reason="a file does not go away")
def test_database_away__streams_go_on_without_loss(client: LiveClient, running: Parts, run: Workflow) -> None:
    with client.following(f"workflow={run.pk}") as got:
        eventually(lambda: len(seqs(got)) == last_seq(run), 10)
        with nobody_else_connects():
            tell(run.pk, 5)
            eventually(lambda: "Live updates are late" in running.log("web"), 10)
        eventually(lambda: len(seqs(got)) == last_seq(run), 20)
    assert seqs(got) == list(range(1, last_seq(run) + 1))


def test_web_restarted__clients_go_on_where_they_were(client: LiveClient, running: Parts, run: Workflow) -> None:
    with client.following(f"workflow={run.pk}") as got:
        tell(run.pk, 3)
        eventually(lambda: len(seqs(got)) == last_seq(run), 10)
        running.kill("web")
        tell(run.pk, 3)
        start_web(running, client.port)
        eventually(lambda: len(seqs(got)) == last_seq(run), 20)
    assert seqs(got) == list(range(1, last_seq(run) + 1))


def test_stop__ends_open_streams_by_itself(client: LiveClient, running: Parts, run: Workflow) -> None:
    stream = client.messages(f"workflow={run.pk}")
    next(stream)
    os.kill(running.processes["web"].pid, signal.SIGTERM)
    assert all(message.name == "run_event" for message in stream), "the stream ends, and is not cut off"
    running.processes.pop("web").wait(timeout=20)
    assert "timeout graceful shutdown exceeded" not in running.log("web")


def test_operation__reaches_the_page(client: LiveClient, run: Workflow, people: dict[str, User]) -> None:
    stream = client.messages(f"workflow={run.pk}&after={last_seq(run)}")
    perform(Actor(people["operator"], Surface.API), Request(Operation.START, run.pk))
    assert next(stream).data["kind"] == "run_started"
