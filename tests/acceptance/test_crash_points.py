"""A process dies at every commit boundary in turn; others take over, and every promise holds."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from audit.actor import SYSTEM
from audit.failpoints import CRASH_POINTS, CRASH_VARIABLE
from audit.models import Entry, Pending
from tests.acceptance.parts import ROOT, Parts, eventually, parts
from workflows.models import Attempt, BulkItem, Step, Workflow
from workflows.models.bulk import BulkResult
from workflows.operations.bulk.ask import NewBulk, create_bulk
from workflows.operations.create import NewRun, create_run
from workflows.states import AttemptState, Operation, RunState, StepState

MANAGE = str(ROOT / "manage.py")
WORK = ("claim.before_commit", "claim.after_commit", "finish.before_commit", "finish.after_commit")
CREATE = ("create.before_commit", "create.after_commit", "wake.before_send")
OPERATE = ("operation.before_commit", "operation.after_commit")
BULK = ("bulk.before_commit", "bulk.after_commit")
SEAL = ("seal.before_commit", "seal.after_commit", "seal.after_head")


@pytest.fixture
def scene(flows_committed: None, tmp_path: Path) -> Iterator[Parts]:
    with parts(tmp_path) as made:
        made.start_broker()
        yield made


def run_python(scene: Parts, *arguments: str, crash: str = "") -> subprocess.CompletedProcess[str]:
    """Run a process to its end; with ``crash`` it has to die at that point."""
    environment = scene.environment | ({CRASH_VARIABLE: crash} if crash else {})
    found = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    if crash:
        assert found.returncode == -signal.SIGKILL, (crash, found.stdout, found.stderr)
    return found


def new_run(definition: str = "chain-of-ten", *, start: bool = True) -> Workflow:
    return create_run(SYSTEM, NewRun(definition, start=start)).run


def entries(operation: Operation, run: Workflow | None = None) -> int:
    """How often it is on record as done."""
    found = Entry.objects.filter(operation_type=operation, result="success")
    return (found.filter(resource_id=str(run.pk)) if run else found).count()


def heal_and_verify(scene: Parts) -> None:
    """Let processes that nobody told to die end the work, and prove that nothing was lost on the way."""
    scene.start_clock("heir-clock")
    scene.start_worker("heir")
    at_work = Workflow.objects.exclude(status__in=(RunState.COMPLETED, RunState.IDLE))
    eventually(lambda: not at_work.exists())
    eventually(lambda: not BulkItem.objects.filter(result=BulkResult.WAITING).exists())
    eventually(lambda: not Pending.objects.exists())
    found = run_python(scene, MANAGE, "verify", "--all", "--json")
    assert found.returncode == 0, found.stdout + found.stderr
    assert json.loads(found.stdout)["violations"] == []


def test_every_point__is_died_at() -> None:
    assert sorted(CRASH_POINTS) == sorted([*WORK, *CREATE, *OPERATE, *BULK, *SEAL])


def test_worker__dies_while_it_claims_and_reports(scene: Parts) -> None:
    runs = [new_run() for _point in WORK]
    done = 0
    for point in WORK:
        run_python(scene, "-m", "tests.acceptance.victim", "work", crash=point)
        before, done = done, Step.objects.filter(status=StepState.SUCCEEDED).count()
        assert done - before == (point == "finish.after_commit"), point
    held = Attempt.objects.filter(status=AttemptState.RUNNING).count()
    assert held == 3, "a claim, an unreported result, and the next claim of a reported one are left behind"

    heal_and_verify(scene)

    ended = [Workflow.objects.get(pk=run.pk) for run in runs]
    assert [run.output for run in ended] == [10] * len(runs)
    assert Attempt.objects.filter(status=AttemptState.LOST).count() == held
    assert Attempt.objects.filter(status=AttemptState.SUCCEEDED).count() == 10 * len(runs)


def test_command__dies_while_it_creates_a_run(scene: Parts) -> None:
    for point in CREATE:
        before = Workflow.objects.count(), entries(Operation.START)
        run_python(scene, MANAGE, "workflow", "start", "chain-of-ten", crash=point)
        made = point != "create.before_commit"
        assert (Workflow.objects.count(), entries(Operation.START)) == (before[0] + made, before[1] + made), point

    heal_and_verify(scene)

    assert Workflow.objects.filter(status=RunState.COMPLETED).count() == len(CREATE) - 1


@pytest.mark.parametrize("point", OPERATE)
def test_command__dies_while_it_operates(scene: Parts, point: str) -> None:
    run = new_run()
    has_happened = point == "operation.after_commit"

    run_python(scene, MANAGE, "workflow", "pause", str(run.pk), crash=point)

    assert Workflow.objects.get(pk=run.pk).status == (RunState.PAUSED if has_happened else RunState.RUNNING)
    assert entries(Operation.PAUSE, run) == has_happened
    again = run_python(scene, MANAGE, "workflow", "pause", str(run.pk))
    assert again.returncode == has_happened, "what has happened is refused, what has not happens"
    assert entries(Operation.PAUSE, run) == 1
    assert run_python(scene, MANAGE, "workflow", "resume", str(run.pk)).returncode == 0
    heal_and_verify(scene)


def test_worker__dies_in_the_middle_of_a_bulk_operation(scene: Parts) -> None:
    runs = [new_run(start=False) for _number in range(6)]
    job = create_bulk(SYSTEM, NewBulk(Operation.START, workflow_ids=[run.pk for run in runs]))
    done = 0
    for point in BULK:
        job.refresh_from_db()
        run_python(scene, "-m", "tests.acceptance.victim", "bulk", str(job.pk), str(job.turn), crash=point)
        done += point == "bulk.after_commit"
        assert BulkItem.objects.filter(job=job, result=BulkResult.DONE).count() == done
        assert Entry.objects.filter(parent=job.pk, operation_type="start").count() == done
        assert Workflow.objects.filter(status=RunState.RUNNING).count() == done

    heal_and_verify(scene)

    assert _started_once(job.pk) == {str(run.pk) for run in runs}
    assert Workflow.objects.filter(status=RunState.COMPLETED).count() == len(runs)


def _started_once(job_id: UUID) -> set[str]:
    started = list(Entry.objects.filter(parent=job_id, operation_type="start").values_list("resource_id", flat=True))
    assert len(started) == len(set(started))
    return set(started)


def test_clock__dies_while_it_seals(scene: Parts) -> None:
    for point in SEAL:
        new_run()
        run_python(scene, MANAGE, "clock", crash=point)
    heal_and_verify(scene)
