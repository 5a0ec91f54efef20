"""The built-in flows, run by the engine."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.driver import Driver
from workflows.models import Artifact, Step
from workflows.operations.errors import Refused
from workflows.states import RunState, StepState

TEXT = "Nothing is as dull as a text that was written only to be counted, word by word, by a machine that cannot laugh."


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    """A folder that may be read, with two copies of a text in it and a file outside beside it."""
    path = tmp_path.resolve() / "docs"
    path.mkdir()
    settings.VENOM_INPUT_ROOTS = (path,)
    for name in ("a.txt", "b.txt"):
        (path / name).write_text(TEXT)
    (path / "c.bin").write_bytes(bytes(range(256)))
    return path


def test_document_ingest__runs_and_keeps_its_reports(driver: Driver, folder: Path) -> None:
    run = driver.work_off(driver.start("document-ingest", folder=str(folder)))
    assert run.status == RunState.COMPLETED, run.error
    assert run.output["files"] == 3
    assert run.output["words"] == 2 * len(TEXT.split())
    assert run.output["exact_duplicates"] == {"groups": 1, "files": 1, "bytes": len(TEXT)}
    kept = {artifact.name: artifact for artifact in Artifact.objects.filter(workflow=run)}
    assert run.output["reports"] == {"json": "artifacts/report.json", "html": "artifacts/report.html"}
    assert json.loads(bytes(kept["report.json"].content))["summary"]["files"] == 3
    assert b"a.txt" in bytes(kept["report.html"].content)
    assert kept["report.html"].content_type == "text/html"


def test_document_ingest__of_an_empty_folder_completes(driver: Driver, folder: Path) -> None:
    run = driver.work_off(driver.start("document-ingest", folder=str(folder), pattern="*.none"))
    assert (run.status, run.output["files"]) == (RunState.COMPLETED, 0)


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("folder", {"folder": "/"}),
        ("folder", {}),
        ("folder", {"folder": "a.txt"}),
        ("pattern", {"folder": ".", "pattern": "a/b"}),
        ("pattern", {"folder": ".", "pattern": ""}),
        ("max_files", {"folder": ".", "max_files": 0}),
        ("max_files", {"folder": ".", "max_files": 10_001}),
    ],
)
def test_document_ingest__refuses_input_field_by_field(
    driver: Driver, folder: Path, field: str, given: dict[str, Any]
) -> None:
    with pytest.raises(Refused) as refused:
        driver.start("document-ingest", **given)
    assert list(refused.value.fields) == [f"input.{field}"]
    assert not Step.objects.exists()


@pytest.mark.parametrize(("steps", "width"), [(5, 1), (0, 0), (4, 3), (1, 2)])
def test_fire_drill__completes_in_any_shape(driver: Driver, steps: int, width: int) -> None:
    run = driver.work_off(driver.start("fire-drill", steps=steps, seconds=0, width=width))
    assert run.status == RunState.COMPLETED, run.error
    assert run.output == {"steps": steps, "width": width, "slept_seconds": 0.0}


def test_fire_drill__adds_up_what_it_sleeps(driver: Driver) -> None:
    run = driver.work_off(driver.start("fire-drill", steps=2, seconds=0.01, width=3))
    assert run.output["slept_seconds"] == pytest.approx(0.07)


@pytest.mark.parametrize("fail_at", ["start", "step-1", "step-3", "work[1]", "finish"])
def test_fire_drill__fails_where_told(driver: Driver, fail_at: str) -> None:
    run = driver.work_off(driver.start("fire-drill", steps=3, seconds=0, width=2, fail_at=fail_at, fail_times=1))
    assert run.status == RunState.FAILED
    assert run.error["step"] == fail_at
    assert "told to fail" in run.error["message"]


def test_fire_drill__told_to_fail_no_times_does_not(driver: Driver) -> None:
    run = driver.work_off(driver.start("fire-drill", steps=1, seconds=0, fail_at="step-1"))
    assert run.status == RunState.COMPLETED


def test_fire_drill__refuses_a_step_that_it_does_not_have(driver: Driver) -> None:
    with pytest.raises(Refused) as refused:
        driver.start("fire-drill", steps=2, fail_at="step-3")
    assert list(refused.value.fields) == ["input.fail_at"]


def test_fire_drill__a_failing_fan_out_fails_each_item_once(driver: Driver) -> None:
    run = driver.work_off(driver.start("fire-drill", steps=1, seconds=0, width=1, fail_at="work", fail_times=1))
    failed = Step.objects.filter(workflow=run, status=StepState.FAILED).exclude(index=-1)
    assert (run.status, failed.count()) == (RunState.FAILED, 1)
