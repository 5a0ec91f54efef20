"""A replay of which two workers are told runs once; what a fast clock has announced waits for no slow one."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from audit.actor import SYSTEM
from tests.driver import Driver
from workflows.engine.replay import announce_replays, claim_replay
from workflows.models import Attempt, BulkJob, Workflow
from workflows.operations.bulk.announce import announce_bulk_jobs
from workflows.operations.bulk.ask import NewBulk, create_bulk
from workflows.operations.recipe import operate
from workflows.operations.request import Request
from workflows.states import AttemptState, Operation
from workflows.worker.session import own_session

AHEAD = timedelta(hours=1)


def _queued(driver: Driver, start: Callable[..., Workflow]) -> Attempt:
    run = driver.work_off(start("chain-of-ten"))
    operate(SYSTEM, Request(Operation.REPLAY_STEP, run.pk, step_id="add-one"))
    return Attempt.objects.get(workflow=run, status=AttemptState.QUEUED)


def test_a_replay_that_somebody_is_just_claiming__is_not_claimed_again(driver: Driver, start: Any) -> None:
    attempt, session = _queued(driver, start), own_session()
    claims: list[Any] = []

    def claim() -> None:
        try:
            claims.append(claim_replay(attempt.pk, session))
        finally:
            connection.close()

    second = threading.Thread(target=claim)
    with transaction.atomic():
        Attempt.objects.filter(pk=attempt.pk).update(status=AttemptState.RUNNING, session_id=session)
        second.start()
        time.sleep(0.5)  # the second has looked, and waits for the first
    second.join()
    assert claims == [None]


def test_a_replay_announced_in_time_to_come__is_announced_now(driver: Driver, start: Any) -> None:
    attempt = _queued(driver, start)
    assert announce_replays() == 0, "it was announced a moment ago"
    Attempt.objects.filter(pk=attempt.pk).update(announced_at=timezone.now() + AHEAD)
    assert announce_replays() == 1


def test_a_bulk_job_announced_in_time_to_come__is_announced_now(driver: Driver, start: Any) -> None:
    job = create_bulk(SYSTEM, NewBulk(Operation.PAUSE, workflow_ids=[start("nap").pk]))
    assert announce_bulk_jobs() == 0, "it was announced a moment ago"
    BulkJob.objects.filter(pk=job.pk).update(announced_at=timezone.now() + AHEAD)
    assert announce_bulk_jobs() == 1
