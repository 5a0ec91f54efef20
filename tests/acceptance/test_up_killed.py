"""``manage.py up`` while its processes are killed one after the other: all work ends as it should, without help."""

import json
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.acceptance.parts import eventually
from tests.acceptance.running import RunningPortal, manage

# What the command line of each process has in it; the workers' children do the work.
PARTS = ("valkey-server", "uvicorn", "venom_portal clock", "venom_portal.celery", "child of the worker")


def victim(portal: RunningPortal, part: str) -> psutil.Process | None:
    """The process to kill."""
    if part != "child of the worker":
        return portal.part(part)
    worker = portal.part("venom_portal.celery")
    return next(iter(worker.children(recursive=True)), None) if worker else None


def started_again_after_a_kill(portal: RunningPortal, roots: str) -> RunningPortal:
    """The same portal after ``up`` itself was killed, which nobody but its operator starts again."""
    portal.process.kill()
    portal.process.wait()
    again = RunningPortal(portal.data_dir, "--demo", port=portal.port, VENOM_INPUT_ROOTS=roots)
    again.wait_until_ready()
    return again


def asked(portal: RunningPortal, *arguments: str, **environment: str) -> Any:
    """What a command answers."""
    result = manage(*arguments, "--json", VENOM_DATA_DIR=str(portal.data_dir), **environment)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


@pytest.mark.timeout(240)
def test_up__loses_nothing_when_each_process_is_killed_in_turn(tmp_path: Path) -> None:
    documents = tmp_path / "documents"
    documents.mkdir()
    for number in range(120):
        (documents / f"{number}.txt").write_text(f"The file number {number} is about the number {number}.\n" * 40)
    portal = RunningPortal(tmp_path / "var", "--demo", VENOM_INPUT_ROOTS=str(documents))
    try:
        portal.wait_until_ready()
        given = {"VENOM_INPUT_ROOTS": str(documents)}
        drill = asked(portal, "workflow", "start", "fire-drill", "--input", "steps=12", "width=12", "seconds=1")
        ingest = asked(portal, "workflow", "start", "document-ingest", "--input", f"folder={documents}", **given)
        for part in PARTS:
            killed = eventually(lambda part=part: victim(portal, part))
            killed.kill()
            eventually(lambda part=part, pid=killed.pid: (again := victim(portal, part)) and again.pid != pid)
        portal = started_again_after_a_kill(portal, str(documents))
        for run in (drill, ingest):
            eventually(
                lambda run=run: asked(portal, "workflow", "show", run["id"])["status"] == "completed", seconds=120
            )
        assert asked(portal, "workflow", "show", ingest["id"])["output"]["files"] == 120
        eventually(lambda: manage("verify", "--json", VENOM_DATA_DIR=str(portal.data_dir)).returncode == 0)
    finally:
        portal.stop()
