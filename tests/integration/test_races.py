"""Many at once: threads with connections of their own, on a database that commits."""

import threading
from collections.abc import Callable
from typing import Any

from django.db import connection

from tests.driver import Driver
from workflows.engine.claim import Claim, claim_step
from workflows.engine.finish import finish
from workflows.engine.outcome import Succeeded
from workflows.models import Attempt, Event, Step
from workflows.states import AttemptState, RunState
from workflows.worker.session import own_session

TRIES = 40


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Do all of this at the same moment, and give what each gave."""
    gate = threading.Barrier(len(acts))
    found: list[Any] = [None] * len(acts)

    def do(position: int, act: Callable[[], Any]) -> None:
        gate.wait()
        try:
            found[position] = act()
        finally:
            connection.close()

    threads = [threading.Thread(target=do, args=item) for item in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_one_step__is_claimed_by_one(driver: Driver) -> None:
    session_id = own_session()
    for _try in range(TRIES):
        run = driver.start("chain-of-ten")
        step = driver.due(run).get()
        claims = at_once(*[lambda run=run, step=step: claim_step(run.pk, step.pk, session_id)] * 4)
        assert sum(claim is not None for claim in claims) == 1
        assert Attempt.objects.filter(workflow=run).count() == 1


def test_one_result__is_recorded_once(driver: Driver) -> None:
    for _try in range(TRIES):
        run = driver.start("chain-of-ten")
        claim = driver.claim(run)
        assert claim
        followers = at_once(*[lambda claim=claim: finish(claim, Succeeded(1, "1"), take_next=True)] * 4)
        assert sum(follower is not None for follower in followers) == 1
        assert driver.again(run).done == 1
        seqs = list(Event.objects.filter(workflow=run).order_by("seq").values_list("seq", flat=True))
        assert seqs == list(range(1, len(seqs) + 1))


def test_last_items_of_a_fan_out__close_it_once(driver: Driver) -> None:
    for _try in range(TRIES // 2):
        run = driver.start("fan", count=4)
        first = driver.claim(run)
        assert first
        finish(first, Succeeded([0, 1, 2, 3], "[0,1,2,3]"), take_next=False)
        items: list[Claim] = [claim for _item in range(4) if (claim := driver.claim(run))]
        assert len(items) == 4
        at_once(*[lambda item=item: finish(item, Succeeded(1, "1"), take_next=False) for item in items])
        after = driver.again(run)
        assert (after.done, after.total, after.in_flight) == (6, 7, 0)
        assert Step.objects.get(workflow=run, key="total").remaining == 0
        assert driver.work_off(run).status == RunState.COMPLETED
        assert Attempt.objects.filter(workflow=run, status=AttemptState.SUCCEEDED).count() == 6
