"""What a running step tells: logs, progress, checkpoints, artifacts."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from tests.driver import Driver
from workflows.models import Artifact, Attempt, LogLine, Step
from workflows.states import AttemptState, RunState
from workflows.worker import log_capture, reach


def lines(run: Any) -> list[tuple[int, str]]:
    return list(LogLine.objects.filter(workflow=run).order_by("seq").values_list("seq", "message"))


def test_print_and_logging__go_to_the_run(driver: Driver) -> None:
    run = driver.work_off(driver.start("talkative", lines=2))
    assert lines(run) == [
        (1, "hello from print"),
        (2, "a warning with arguments"),
        (3, "line 0"),
        (4, "line 1"),
    ]
    warning = LogLine.objects.get(workflow=run, seq=2)
    assert (warning.level, warning.step, warning.logger) == (30, "talk", "tests.sample_flows.trouble")
    assert run.log_seq == 4


def test_log__of_a_talkative_step_is_capped_and_counted(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_capture, "KEPT_LINES", 1_500)
    run = driver.work_off(driver.start("talkative", lines=100_000))
    assert run.status == RunState.COMPLETED
    assert LogLine.objects.filter(workflow=run).count() == 1_500
    assert Attempt.objects.get(workflow=run).dropped_log_lines == 100_002 - 1_500
    assert [seq for seq, _message in lines(run)] == list(range(1, 1_501))


@pytest.mark.parametrize(
    ("message", "kept"),
    [("a\0b", "a␀b"), ("\udc80", "\\udc80"), ("x" * 9_000, "x" * 8_192 + " …")],
)
def test_log__keeps_what_databases_do_not_take(message: str, kept: str) -> None:
    assert log_capture._line(20, "a", message).message == kept


def test_progress__is_kept(driver: Driver) -> None:
    run = driver.work_off(driver.start("talkative", progress=40))
    assert Step.objects.get(workflow=run).progress == {"done": 40, "total": 40, "note": "counting"}


def test_checkpoint__outlives_the_attempt(driver: Driver) -> None:
    run = driver.work_off(driver.start("careful"))
    assert run.output == [{"at": 7}, 2, f"{run.pk}/resume-from-checkpoint/1"]


def test_artifact__is_kept_with_the_run(driver: Driver) -> None:
    run = driver.work_off(driver.start("reporting", text="hi"))
    artifact = Artifact.objects.get(workflow=run)
    assert run.output == "artifacts/report.html"
    assert (artifact.name, artifact.content_type, bytes(artifact.content)) == ("report.html", "text/html", b"<p>hi</p>")


def out_of_reach(touching: str, times: int) -> Callable[..., Any]:
    """Fail the first so many statements that name a table or column, as a database does that has just gone away."""
    left = [times]

    def wrapper(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if touching in sql and left[0]:
            left[0] -= 1
            raise OperationalError("the server closed the connection unexpectedly")
        return execute(sql, *rest)

    return wrapper


@pytest.mark.parametrize(
    "touching", ['SET "checkpoint"', 'SET "progress"', "stop_requested_at", "workflows_artifact", "workflows_logline"]
)
def test_database_away_for_a_moment__is_not_the_steps_failure(
    driver: Driver, monkeypatch: pytest.MonkeyPatch, touching: str
) -> None:
    monkeypatch.setattr(reach, "_PAUSE", 0.0)
    run = driver.start("eager", seconds=0.2)
    with connection.execute_wrapper(out_of_reach(touching, times=2)):
        run = driver.work_off(run)
    step = Step.objects.get(workflow=run)
    assert run.status == RunState.COMPLETED
    assert list(Attempt.objects.filter(workflow=run).values_list("status", flat=True)) == [AttemptState.SUCCEEDED]
    assert (step.checkpoint, step.progress["done"]) == (run.output, run.output)
    assert bytes(Artifact.objects.get(workflow=run).content) == str(run.output).encode()
    assert lines(run) == [(number, str(number)) for number in range(1, run.output + 1)]


def test_database_away_for_long__hands_the_step_back_without_a_failure(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reach, "PATIENCE", 0.0)
    monkeypatch.setattr(reach, "_PAUSE", 0.0)
    run = driver.start("careful")
    with connection.execute_wrapper(out_of_reach('SET "checkpoint"', times=1)):
        run = driver.work_off(run)
    assert run.status == RunState.COMPLETED
    assert list(Attempt.objects.filter(workflow=run).order_by("number").values_list("status", flat=True)) == [
        AttemptState.INTERRUPTED,
        AttemptState.FAILED,
        AttemptState.SUCCEEDED,
    ]


def test_database_away_within_a_steps_own_transaction__is_the_steps_to_handle(db: None) -> None:
    asked = []

    def act() -> None:
        asked.append(1)
        raise OperationalError("gone")

    for ask in (lambda: reach.for_step(act), lambda: reach.if_reached(act, None)):
        with pytest.raises(OperationalError), transaction.atomic():
            ask()
    assert len(asked) == 2, "what was rolled back is not done again behind the step's back"
