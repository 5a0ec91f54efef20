"""The invariants on a database that real workers, a clock and operators are moving: no false alarm."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from audit.actor import SYSTEM
from tests.acceptance.parts import Parts, parts
from workflows.invariants import INVARIANTS
from workflows.models import Workflow
from workflows.operations.create import NewRun, create_run
from workflows.operations.recipe import operate
from workflows.operations.request import Request
from workflows.states import Operation, RunState

CHAINS, FANS = 150, 5


@pytest.fixture
def running(flows_committed: None, tmp_path: Path) -> Iterator[Parts]:
    with parts(tmp_path) as made:
        made.start_broker()
        made.start_clock()
        made.start_worker(concurrency=2)
        yield made


def test_invariants__see_nothing_wrong_while_work_goes_on(running: Parts) -> None:
    runs = [create_run(SYSTEM, NewRun("chain-of-ten")).run for _number in range(CHAINS)]
    runs += [create_run(SYSTEM, NewRun("fan", input={"count": 200})).run for _number in range(FANS)]
    at_work = Workflow.objects.exclude(status=RunState.COMPLETED)
    rounds = 0
    while at_work.exists():
        rounds += 1
        chosen = [run for run in runs[-rounds::-20] if at_work.filter(pk=run.pk).exists()]
        for run in chosen:
            operate(SYSTEM, Request(Operation.PAUSE, run.pk))
        for invariant in INVARIANTS:
            assert list(invariant.broken()) == [], invariant.name
        for run in chosen:
            operate(SYSTEM, Request(Operation.RESUME, run.pk))
    assert rounds > 1, "it was looked at while it moved"
