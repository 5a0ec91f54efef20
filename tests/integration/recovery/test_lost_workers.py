"""What becomes of a step whose worker is gone."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F, OuterRef, Subquery
from django.utils import timezone

from audit.actor import SYSTEM
from tests.driver import Driver
from tests.integration.test_races import at_once
from workflows.engine.claim import Claim
from workflows.engine.finish import finish
from workflows.engine.outcome import Failed, Interrupted, Succeeded
from workflows.engine.recover import end_sessions, recover_lost_sessions
from workflows.engine.release import KILLS_ALLOWED, release_lease, release_leases
from workflows.models import Attempt, Event, Session, Step, Workflow
from workflows.operations.perform import perform
from workflows.operations.request import Request
from workflows.states import AttemptState, Operation, RunState, StepState
from workflows.worker.session import abandon_own_session, own_session


def claimed(driver: Driver, run: Workflow, key: str | None = None) -> Claim:
    claim = driver.claim(run, key)
    assert claim
    return claim


def lose(session_id: Any) -> int:
    """Let a session be silent for too long, and recover."""
    Session.objects.filter(pk=session_id).update(expires_at=timezone.now() - timedelta(seconds=1))
    lost = recover_lost_sessions()
    abandon_own_session()
    return lost


def kill_under(driver: Driver, run: Workflow, key: str | None = None) -> Claim:
    """Let a worker be lost while it runs a step of the run."""
    claim = claimed(driver, run, key)
    assert lose(claim.session_id) == 1
    return claim


def test_lost_attempt__uses_up_no_retry_and_the_step_runs_again(driver: Driver) -> None:
    run = driver.start("chain-of-ten")
    claim = kill_under(driver, run)
    step = Step.objects.get(pk=claim.step_id)
    assert (step.status, step.failures, step.kills, step.session_id) == (StepState.READY, 0, 1, None)
    assert Attempt.objects.get(pk=claim.attempt_id).status == AttemptState.LOST
    assert driver.work_off(run).output == 10


def test_third_lost_worker__fails_the_step_and_its_run(driver: Driver) -> None:
    run = driver.start("chain-of-ten")
    for _time in range(KILLS_ALLOWED):
        assert driver.again(run).status == RunState.RUNNING
        claim = kill_under(driver, run)
    found = driver.again(run)
    assert (found.status, found.in_flight, found.error["code"]) == (RunState.FAILED, 0, "worker_lost")
    assert "3 times" in found.error["message"]
    step = Step.objects.get(pk=claim.step_id)
    assert (step.status, step.error["code"], step.failures, step.session_id) == (
        StepState.FAILED,
        "worker_lost",
        0,
        None,
    )
    kinds = list(Event.objects.filter(workflow=run).order_by("seq").values_list("kind", flat=True))
    assert kinds[-4:] == ["step_lost", "step_failed", "run_failing", "run_failed"]
    assert not Step.objects.filter(workflow=run, due_at__isnull=False).exists(), "no timer is left"


def test_third_lost_worker__lets_the_rest_of_the_run_drain(driver: Driver) -> None:
    run = driver.start("diamond")
    for _time in range(KILLS_ALLOWED - 1):
        kill_under(driver, run, "fail-now")
    sibling = claimed(driver, run, "sibling")
    other = Session.objects.get(pk=own_session())
    abandon_own_session()
    kill_under(driver, run, "fail-now")
    assert driver.again(run).phase == "draining"
    Session.objects.filter(pk=other.pk).update(expires_at=timezone.now() + timedelta(seconds=30))
    finish(sibling, Succeeded(0.0, "0.0"), take_next=True)
    assert driver.again(run).status == RunState.FAILED


def test_interrupted_and_failed_attempts__are_no_lost_workers(driver: Driver) -> None:
    run = driver.start("patient", attempts=2)
    for _time in range(KILLS_ALLOWED + 1):
        claim = claimed(driver, run)
        release_leases(claim.session_id, AttemptState.INTERRUPTED)
    finish(claimed(driver, run), Failed("step_failed", "boom"), take_next=False)
    step = Step.objects.get(pk=claim.step_id)
    assert (step.kills, step.failures) == (0, 1)


def test_retry__begins_a_new_count(driver: Driver) -> None:
    run = driver.start("chain-of-ten")
    for _time in range(KILLS_ALLOWED):
        claim = kill_under(driver, run)
    assert perform(SYSTEM, Request(Operation.RETRY, run.pk)).is_done
    assert Step.objects.get(pk=claim.step_id).kills == 0
    kill_under(driver, run)
    assert driver.work_off(run).status == RunState.COMPLETED


def test_worker_lost_under_a_paused_run__is_decided_when_it_goes_on(driver: Driver) -> None:
    run = driver.start("chain-of-ten")
    for _time in range(KILLS_ALLOWED - 1):
        kill_under(driver, run)
    claim = claimed(driver, run)
    Attempt.objects.filter(pk=claim.attempt_id).update(started_at=timezone.now() - timedelta(minutes=1))
    assert perform(SYSTEM, Request(Operation.PAUSE, run.pk)).is_done
    assert lose(claim.session_id) == 1
    assert driver.again(run).status == RunState.PAUSED
    assert perform(SYSTEM, Request(Operation.RESUME, run.pk)).is_done
    assert driver.again(run).error["code"] == "worker_lost"


def test_cancelled_run__keeps_nothing_of_a_lost_worker(driver: Driver) -> None:
    run = driver.start("chain-of-ten")
    claim = claimed(driver, run)
    Attempt.objects.filter(pk=claim.attempt_id).update(started_at=timezone.now() - timedelta(minutes=1))
    assert perform(SYSTEM, Request(Operation.CANCEL, run.pk)).is_done
    assert lose(claim.session_id) == 1
    found = driver.again(run)
    assert (found.status, found.phase) == (RunState.CANCELLED, "settled")
    assert Step.objects.get(pk=claim.step_id).kills == 0


def test_many_clocks__recover_each_attempt_once(driver: Driver) -> None:
    run = driver.start("fan", count=12)
    first = claimed(driver, run)
    finish(first, Succeeded(list(range(12)), str(list(range(12)))), take_next=False)
    claims = [claimed(driver, run) for _item in range(12)]
    Session.objects.filter(pk=first.session_id).update(expires_at=timezone.now() - timedelta(seconds=1))
    lost = at_once(*[recover_lost_sessions] * 4)
    assert sum(lost) == len(claims)
    assert driver.again(run).in_flight == 0
    assert set(Step.objects.filter(pk__in=[claim.step_id for claim in claims]).values_list("kills", flat=True)) == {1}
    assert Event.objects.filter(workflow=run, kind="step_lost").count() == len(claims)


def test_lease_that_has_gone__is_not_taken_twice(driver: Driver) -> None:
    run = driver.start("chain-of-ten")
    claim = claimed(driver, run)
    lease = (claim.workflow_id, claim.step_id, claim.session_id)
    assert release_lease(*lease, AttemptState.LOST)
    assert not release_lease(*lease, AttemptState.LOST)
    assert driver.again(run).in_flight == 0
    assert Step.objects.get(pk=claim.step_id).kills == 1


def test_session_said_to_be_dead__need_not_be_overdue(driver: Driver) -> None:
    run = driver.start("chain-of-ten")
    claim = claimed(driver, run)
    assert recover_lost_sessions() == 0
    assert end_sessions([claim.session_id]) == 1
    assert recover_lost_sessions(judge_silence=False) == 1
    assert Attempt.objects.get(pk=claim.attempt_id).status == AttemptState.LOST


def test_silence__is_not_judged_by_who_was_away(driver: Driver) -> None:
    run = driver.start("chain-of-ten")
    claim = claimed(driver, run)
    Session.objects.filter(pk=claim.session_id).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert recover_lost_sessions(judge_silence=False) == 0
    assert Session.objects.get(pk=claim.session_id).ended_at is None


def test_lost_attempt__stays_lost_when_its_worker_gives_up(driver: Driver) -> None:
    run = driver.start("chain-of-ten")
    claim = kill_under(driver, run)
    finish(claim, Interrupted(), take_next=False)
    assert Attempt.objects.get(pk=claim.attempt_id).status == AttemptState.LOST


def test_recovery_time__is_told_by_one_query(driver: Driver) -> None:
    run = driver.start("chain-of-ten")
    claim = kill_under(driver, run)
    told = Event.objects.get(workflow=run, kind="step_lost").data
    heard = Session.objects.get(pk=claim.session_id).heartbeat_at
    assert told["heartbeat_at"] == heard.isoformat()
    again = claimed(driver, run)
    following = Attempt.objects.filter(step=OuterRef("step"), number__gt=OuterRef("number"), is_replay=False)
    again_at = Subquery(following.order_by("number").values("started_at")[:1])
    lost = Attempt.objects.filter(workflow=run, status=AttemptState.LOST).annotate(again_at=again_at)
    [(again_at, last_heard)] = lost.values_list("again_at", "session__heartbeat_at")
    assert again_at == Attempt.objects.get(pk=again.attempt_id).started_at
    assert last_heard == heard
    assert again_at > last_heard


def test_replay_of_a_dead_worker__is_closed(driver: Driver) -> None:
    run = driver.work_off(driver.start("chain-of-ten"))
    assert perform(SYSTEM, Request(Operation.REPLAY_STEP, run.pk, step_id="add-one")).is_done
    attempt = Attempt.objects.get(workflow=run, is_replay=True)
    Attempt.objects.filter(pk=attempt.pk).update(status=AttemptState.RUNNING, session=own_session())
    assert lose(own_session()) == 1
    assert Attempt.objects.get(pk=attempt.pk).status == AttemptState.LOST


@pytest.mark.parametrize("hours", [1, 25])
def test_old_sessions__are_forgotten_after_a_day_unless_attempts_refer_to_them(driver: Driver, hours: int) -> None:
    from audit.models import Singleton
    from workflows.engine.old_sessions import forget_old_sessions
    from workflows.models.session import SessionKind
    from workflows.worker.session import end_session, open_session

    Singleton.objects.all().delete()
    run = driver.start("chain-of-ten")
    worked = kill_under(driver, run).session_id
    idle, clock = open_session(SessionKind.WORKER), open_session(SessionKind.CLOCK)
    alive = own_session()
    end_session(idle)
    long_ago = timezone.now() - timedelta(hours=hours)
    Session.objects.exclude(pk=alive).update(expires_at=long_ago, heartbeat_at=F("expires_at"))
    assert forget_old_sessions() == (2 if hours > 24 else 0)
    assert Session.objects.filter(pk__in=[idle, clock]).exists() is (hours < 24)
    assert set(Session.objects.filter(pk__in=[worked, alive]).values_list("pk", flat=True)) == {worked, alive}
    assert Attempt.objects.get(workflow=run).session is not None
    assert forget_old_sessions() == 0, "not at every tick"
