"""Wake-up calls through a real broker."""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import transaction

from tests.acceptance.parts import Parts, eventually, parts
from tests.integration.live.conftest import Tell
from workflows.changes import send
from workflows.changes.listen import Listener
from workflows.changes.send import Publisher
from workflows.changes.wire import CHANNEL
from workflows.models import Workflow


@pytest.fixture
def broker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Parts]:
    monkeypatch.setattr(send, "_publisher", Publisher())  # another test's may be connected to another broker
    with parts(tmp_path) as made:
        made.start_broker()
        yield made


@pytest.fixture
def listener(broker: Parts) -> Iterator[Listener]:
    made = Listener()
    made.wait(0.1)
    assert made.hears
    yield made
    made.close()


def test_commit__is_heard(listener: Listener, run: Workflow, tell: Tell) -> None:
    tell(run)
    assert listener.wait(10) == {run.pk}


@pytest.mark.usefixtures("listener")
def test_many_commits__are_few_messages(broker: Parts, run: Workflow, tell: Tell) -> None:
    subscription = broker.redis.pubsub(ignore_subscribe_messages=True)
    subscription.subscribe(CHANNEL)
    eventually(lambda: broker.redis.pubsub_numsub(CHANNEL)[0][1] == 2)
    others = [uuid4() for _number in range(300)]
    for other in others:
        with transaction.atomic():
            send.note_on_commit(other)
    told: list[set[str]] = []

    def all_told() -> bool:
        while message := subscription.get_message(timeout=0.05):
            told.append(set(message["data"].decode().split(",")))
        return set().union(*told) >= {other.hex for other in others}

    eventually(all_told, 20)
    subscription.close()
    assert len(told) < len(others) / 2
    assert set().union(*told) - {run.pk.hex} == {other.hex for other in others}, "the run may have been told late"


@pytest.mark.usefixtures("transactional_db")
def test_rolled_back__is_not_told(listener: Listener) -> None:
    with transaction.atomic():
        send.note_on_commit(uuid4())
        transaction.set_rollback(True)
    assert listener.wait(0.3) == set()


def test_broker_away__listener_comes_back_by_itself(
    broker: Parts, listener: Listener, run: Workflow, tell: Tell
) -> None:
    broker.kill("broker")
    tell(run)
    eventually(lambda: not listener.wait(0.05) and not listener.hears)
    broker.start_broker()

    def heard() -> bool:
        tell(run)
        return listener.wait(0.2) == {run.pk}

    eventually(heard, 20)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # later Pythons warn of what is tested here
def test_fork__begins_with_a_publisher_of_its_own(listener: Listener, run: Workflow, tell: Tell) -> None:
    tell(run)
    assert listener.wait(10) == {run.pk}
    other = uuid4()
    if (child := os.fork()) == 0:
        send._publisher.note(other)
        eventually(lambda: not send._publisher._noted, 5)
        time.sleep(0.5)
        os._exit(0)
    eventually(lambda: other in listener.wait(0.2), 10)
    assert os.waitpid(child, 0)[1] == 0


def test_message_of_somebody_else__says_nothing(broker: Parts, listener: Listener) -> None:
    broker.redis.publish(CHANNEL, "nonsense")
    assert listener.wait(0.3) == set()
