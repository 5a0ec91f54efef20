"""What the hub reads, and what reaches a stream's inbox."""

import asyncio
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.actor import SYSTEM
from tests.integration.live.conftest import Tell
from workflows.live.inbox import CAPACITY, Inbox
from workflows.live.list_tail import ListTail
from workflows.live.run_tails import RunTails
from workflows.live.topics import ListTopic, RunTopic
from workflows.models import Workflow
from workflows.operations.create import NewRun, create_run
from workflows.selectors.changes import latest_token


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    made = asyncio.new_event_loop()
    yield made
    made.close()


def new_inbox(loop: asyncio.AbstractEventLoop) -> Inbox:
    async def make() -> Inbox:
        return Inbox()

    return loop.run_until_complete(make())


def seqs(loop: asyncio.AbstractEventLoop, inbox: Inbox) -> list[int]:
    return [frame.seq for frame in loop.run_until_complete(inbox.take(0.05))]


def test_runs__each_watcher_gets_each_event_once(loop: asyncio.AbstractEventLoop, run: Workflow, tell: Tell) -> None:
    tails, one, two = RunTails(), new_inbox(loop), new_inbox(loop)
    topic = RunTopic(run.pk, 1)
    tails.join(topic, one)
    tails.join(topic, two)
    tell(run, 3)
    tails.look()
    tails.look()
    assert seqs(loop, one) == seqs(loop, two) == [2, 3, 4]
    tails.leave(topic, one)
    tell(run)
    tails.look({run.pk})
    assert (seqs(loop, one), seqs(loop, two)) == ([], [5])
    tails.leave(topic, two)
    assert not tails


def test_runs__idle_ones_cost_one_statement_together(loop: asyncio.AbstractEventLoop, run: Workflow) -> None:
    tails, inbox = RunTails(), new_inbox(loop)
    for _number in range(20):
        other = create_run(SYSTEM, NewRun("chain-of-ten", start=False)).run
        tails.join(RunTopic(other.pk, other.event_seq), inbox)
    with CaptureQueriesContext(connection) as captured:
        tails.look()
    assert len(captured) == 1


def test_runs__much_at_once_comes_in_turns(loop: asyncio.AbstractEventLoop, run: Workflow, tell: Tell) -> None:
    tails, inbox = RunTails(), new_inbox(loop)
    tails.join(RunTopic(run.pk, 1), inbox)
    tell(run, 1_500)
    assert tails.look()
    assert not tails.look()
    assert seqs(loop, inbox) == list(range(2, 1_502))


def test_inbox__of_a_client_that_is_too_slow_says_so(
    loop: asyncio.AbstractEventLoop, run: Workflow, tell: Tell
) -> None:
    tails, inbox = RunTails(), new_inbox(loop)
    inbox.is_behind = False
    tails.join(RunTopic(run.pk, 1), inbox)
    tell(run, CAPACITY + 1)
    while tails.look():
        pass
    seqs(loop, inbox)
    assert inbox.is_behind


def test_runs__log_lines_are_hinted_at(loop: asyncio.AbstractEventLoop, run: Workflow) -> None:
    tails, inbox = RunTails(), new_inbox(loop)
    tails.join(RunTopic(run.pk, run.event_seq), inbox)
    tails.look()
    Workflow.objects.filter(pk=run.pk).update(log_seq=7)
    tails.look()
    (frame,) = loop.run_until_complete(inbox.take(0.05))
    assert frame.text.startswith(b"event: logs\ndata: {")


def test_list__names_a_change_once(loop: asyncio.AbstractEventLoop, run: Workflow, tell: Tell) -> None:
    tail, inbox = ListTail(), new_inbox(loop)
    tail.join(ListTopic(latest_token()), inbox)
    tail.look()
    assert len(seqs(loop, inbox)) == 2, "the run was made just now; then comes the token"
    tail.look()
    assert seqs(loop, inbox) == []
    tell(run)
    tail.look()
    assert len(seqs(loop, inbox)) == 2
