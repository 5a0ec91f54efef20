"""What a running step tells: logs, progress, checkpoints, artifacts."""

from typing import Any

import pytest

from tests.driver import Driver
from workflows.models import Artifact, Attempt, LogLine, Step
from workflows.states import RunState
from workflows.worker import log_capture


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
    assert log_capture._storable(message) == kept


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
