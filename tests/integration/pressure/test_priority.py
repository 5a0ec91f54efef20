"""What is claimed first, and that nothing waits for ever."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from audit.actor import SYSTEM
from tests.driver import Driver
from tests.integration.pressure.conftest import Begin
from workflows import clock
from workflows.engine import urgency
from workflows.engine.claim import claim_most_urgent, claim_next
from workflows.models import Step
from workflows.operations.perform import operate
from workflows.operations.request import Request
from workflows.states import Operation
from workflows.worker.session import own_session


def looks(count: int, message: Any) -> list[Any]:
    """Answer so many messages of one run, and give the runs that were taken on."""
    return [claim.workflow_id for _look in range(count) if (claim := claim_next(message.pk, None, own_session()))]


def test_message__is_answered_with_the_most_urgent_step(begin: Begin) -> None:
    low, urgent, high = begin("single"), begin("single", priority=9), begin("single", priority=3)
    assert looks(4, low) == [urgent.pk, high.pk, low.pk]


def test_message_whose_step_is_gone__is_good_for_another(begin: Begin) -> None:
    first, second, low = begin("single"), begin("single"), begin("single", priority=-5)
    assert looks(3, first) == [first.pk, second.pk, low.pk]


def test_same_priority__goes_by_age(begin: Begin) -> None:
    runs = [begin("single") for _run in range(4)]
    taken = [claim_most_urgent(own_session()) for _run in runs]
    assert [claim.workflow_id for claim in taken if claim] == [run.pk for run in runs]


def test_run_that_may_not_go_on__is_not_in_the_way(begin: Begin, driver: Driver) -> None:
    low, paused, backing_off = begin("single"), begin("single", priority=9), begin("single", priority=8)
    operate(SYSTEM, Request(operation=Operation.PAUSE, workflow_id=paused.pk))
    driver.due(backing_off).update(due_at=timezone.now() + timedelta(hours=1))
    assert looks(2, low) == [low.pk]


def test_clock__announces_by_priority(begin: Begin, messages: list[Any]) -> None:
    runs = [begin("single", priority=priority) for priority in (0, 9, -3, 4)]
    Step.objects.update(announced_at=None)
    messages.clear()
    clock.tick()
    assert [message[0] for message in messages] == [str(runs[place].pk) for place in (1, 3, 0, 2)]


def test_step_that_is_overdue__gets_its_share_of_looks(begin: Begin) -> None:
    old = begin("single", priority=-9)
    Step.objects.filter(workflow=old).update(due_at=timezone.now() - urgency.OVERDUE)
    urgent = [begin("single", priority=9) for _run in range(2 * urgency.SHARE)]
    taken = looks(urgency.SHARE, urgent[0])
    assert taken.count(old.pk) == 1
    assert len(taken) == urgency.SHARE


def test_step_that_is_not_overdue__gets_no_share(begin: Begin) -> None:
    low = begin("single", priority=-9)
    urgent = [begin("single", priority=9) for _run in range(2 * urgency.SHARE)]
    assert low.pk not in looks(2 * urgency.SHARE, urgent[0])
