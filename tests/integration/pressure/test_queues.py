"""A step is run by workers of its queue, and by no others."""

from typing import Any

import pytest
from django.core.management import CommandError, call_command

from audit.actor import SYSTEM
from tests.driver import Driver
from tests.integration.pressure.conftest import Begin
from workflows.authoring import FlowError, step, workflow
from workflows.dispatch import waiting_messages
from workflows.engine.claim import claim_most_urgent, claim_next, claim_step
from workflows.engine.finish import finish
from workflows.engine.outcome import Failed, Succeeded
from workflows.engine.replay import claim_replay
from workflows.models import Attempt, Session, Step
from workflows.operations.perform import operate
from workflows.operations.request import Request
from workflows.states import Operation, RunState
from workflows.worker import stretch
from workflows.worker.session import own_session


@pytest.fixture
def at_heavy(begin: Begin, driver: Driver) -> Any:
    """A run whose step of the queue “heavy” is due."""
    run = begin("in-and-out")
    assert stretch.advance(run.pk, None) == 1, "a worker of the default queue goes on only as far as its queue does"
    return run


def test_message__goes_to_the_queue_of_its_step(at_heavy: Any) -> None:
    assert waiting_messages("heavy") == 1
    assert Step.objects.get(workflow=at_heavy, key="lift").queue == "heavy"


def test_worker_of_another_queue__does_not_claim(at_heavy: Any, driver: Driver) -> None:
    step = driver.due(at_heavy).get()
    session = own_session()
    assert claim_step(at_heavy.pk, step.pk, session) is None
    assert claim_step(at_heavy.pk, None, session) is None
    assert claim_next(at_heavy.pk, step.pk, session) is None
    assert claim_most_urgent(session) is None
    assert not Attempt.objects.filter(step=step).exists()


def test_worker_of_the_queue__takes_it_and_hands_on(at_heavy: Any, driver: Driver, settings: Any) -> None:
    settings.VENOM_QUEUES = ("heavy",)
    assert stretch.advance(at_heavy.pk, None) == 1
    assert [step.key for step in driver.due(at_heavy)] == ["tread-2"]
    settings.VENOM_QUEUES = ("default",)
    assert driver.work_off(at_heavy).output == 3


def test_worker_of_both__goes_on_without_a_message(begin: Begin, settings: Any) -> None:
    settings.VENOM_QUEUES = ("default", "heavy")
    assert stretch.advance(begin("in-and-out").pk, None) == 3


def test_failed_step__is_announced_in_its_own_queue(begin: Begin, driver: Driver, settings: Any) -> None:
    settings.VENOM_QUEUES = ("default", "heavy")
    run = begin("all-heavy", input={"items": [1, 2]})
    assert Step.objects.filter(workflow=run, index__gte=0, queue="heavy").count() == 2
    assert waiting_messages("heavy") == 2
    settings.VENOM_QUEUES = ("default",)
    assert driver.work_off(run).status == RunState.RUNNING
    settings.VENOM_QUEUES = ("heavy",)
    assert driver.work_off(run).output == [2, 3]


def test_replay__runs_in_the_queue_of_its_step(begin: Begin, driver: Driver, settings: Any) -> None:
    settings.VENOM_QUEUES = ("default", "heavy")
    run = begin("in-and-out")
    driver.work_off(run)
    before = waiting_messages("heavy") or 0
    operate(SYSTEM, Request(operation=Operation.REPLAY_STEP, workflow_id=run.pk, step_id="lift"))
    assert waiting_messages("heavy") == before + 1
    replay = Attempt.objects.get(workflow=run, is_replay=True)
    settings.VENOM_QUEUES = ("default",)
    assert claim_replay(replay.pk, own_session()) is None
    settings.VENOM_QUEUES = ("heavy",)
    assert claim_replay(replay.pk, own_session())


def test_session__names_what_it_serves(driver: Driver, settings: Any) -> None:
    settings.VENOM_QUEUES = ("default", "heavy")
    assert Session.objects.get(pk=own_session()).queues == ["default", "heavy"]


def test_retry_after_a_failure__stays_in_the_queue(begin: Begin, driver: Driver, settings: Any) -> None:
    settings.VENOM_QUEUES = ("default", "heavy")
    run = begin("in-and-out")
    claim = driver.claim(run)
    assert claim
    heavy = finish(claim, Succeeded(1, "1"), take_next=True)
    assert heavy
    assert heavy.key == "lift"
    finish(heavy, Failed("broken", "broken", permanent=True), take_next=True)
    operate(SYSTEM, Request(operation=Operation.RETRY, workflow_id=run.pk))
    settings.VENOM_QUEUES = ("default",)
    assert driver.claim(run) is None


@pytest.mark.parametrize("queue", ["", "two words", "a" * 51, "-x", 7])
def test_queue_name__is_checked_where_it_is_written(queue: Any) -> None:
    with pytest.raises(FlowError, match="queue"):
        step(queue=queue)(lambda: None)
    with pytest.raises(FlowError, match="queue"):
        workflow(queue=queue)(lambda: None)


@pytest.mark.parametrize("bound", [0, -1, 1.5, True, "2"])
def test_max_running__is_checked_where_it_is_written(bound: Any) -> None:
    with pytest.raises(FlowError, match="max_running"):
        workflow(max_running=bound)(lambda: None)


@pytest.mark.parametrize("queues", ["", " , ", "two words", "default,ä"])
def test_worker_command__refuses_what_is_no_queue(queues: str) -> None:
    with pytest.raises(CommandError, match="queues"):
        call_command("worker", f"--queues={queues}")
