"""What an operation has answered is true of the real processes: the steps themselves keep the record."""

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from audit.actor import SYSTEM
from audit.models import Entry
from tests.acceptance.parts import Parts, eventually, parts
from workflows.models import Attempt, Workflow
from workflows.operations.create import NewRun, create_run
from workflows.operations.recipe import operate
from workflows.operations.request import Answer, Request
from workflows.states import Operation, RunState

TRIES = 200
SEED = 20261123


@pytest.fixture
def running(flows_committed: None, tmp_path: Path) -> Iterator[Parts]:
    with parts(tmp_path) as made:
        made.start_broker()
        made.start_clock()
        made.start_worker(concurrency=2)
        yield made


def begun(path: Path) -> list[int]:
    """When code began, in nanoseconds."""
    return [int(line.split()[0]) for line in path.read_text().splitlines()] if path.exists() else []


@pytest.mark.parametrize("operation", [Operation.PAUSE, Operation.CANCEL])
def test_no_code_begins_after_the_answer(running: Parts, tmp_path: Path, operation: Operation) -> None:
    moments = random.Random(SEED)
    interrupted = 0
    for number in range(TRIES):
        path = tmp_path / f"marks-{number}"
        run = create_run(SYSTEM, NewRun("marks", input={"path": str(path)})).run
        time.sleep(moments.uniform(0.0, 0.12))
        answer = operate(SYSTEM, Request(operation, run.pk))
        answered = time.time_ns()
        if not answer.is_done:  # the run was faster
            assert answer.status == RunState.COMPLETED
            continue
        interrupted += 1
        time.sleep(0.02)
        late = [at for at in begun(path) if at > answered]
        assert not late, f"try {number}: code began {(late[0] - answered) / 1e6} ms after the answer"
        operate(SYSTEM, Request(Operation.CANCEL, run.pk))
    assert interrupted > TRIES // 2


def test_fifty_contradictory_operations_at_once__leave_one_winner_each(running: Parts) -> None:
    run = create_run(SYSTEM, NewRun("nap", input={"seconds": 2.0})).run
    wishes = [Operation.PAUSE, Operation.CANCEL, Operation.RESUME, Operation.RETRY, Operation.PAUSE] * 10
    gate = threading.Barrier(len(wishes))
    answers: list[Answer] = []

    def ask(wish: Operation) -> None:
        gate.wait()
        try:
            answers.append(operate(SYSTEM, Request(wish, run.pk)))
        finally:
            connection.close()

    threads = [threading.Thread(target=ask, args=(wish,)) for wish in wishes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(answers) == len(wishes)
    assert Entry.objects.filter(operation_id__in=[answer.operation_id for answer in answers]).count() == len(wishes)
    done = [answer for answer in answers if answer.is_done]
    versions = run.history.exclude(history_change_reason=None)  # type: ignore[attr-defined]
    made = Counter(versions.values_list("history_change_reason", flat=True))
    assert all(made[str(answer.operation_id)] == 1 for answer in done)
    assert Workflow.objects.get(pk=run.pk).revision >= 2 + len(done)
    ordered: list[Any] = list(versions.order_by("history_date", "history_id").values_list("status", flat=True))
    assert all(before != after for before, after in pairwise(ordered)), ordered


def test_cancelled_code__is_interrupted_after_the_grace_time(running: Parts) -> None:
    run = create_run(SYSTEM, NewRun("stubborn", input={"seconds": 60.0})).run
    eventually(lambda: Attempt.objects.filter(workflow=run, status="running").exists())
    operate(SYSTEM, Request(Operation.CANCEL, run.pk))
    assert Workflow.objects.get(pk=run.pk).phase == "stopping"
    eventually(lambda: Workflow.objects.get(pk=run.pk).phase == "settled", seconds=20)
    assert Attempt.objects.get(workflow=run).status == "interrupted"
