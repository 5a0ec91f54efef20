"""Bounds hold whoever starts and ends at the same moment: threads, and processes, with connections of their own."""

import random
from functools import partial
from typing import Any

from audit.actor import SYSTEM
from tests.driver import Driver
from tests.integration.pressure.conftest import Begin
from tests.integration.test_races import at_once
from workflows.engine.admit import fill_places
from workflows.models import Definition, Place, Workflow
from workflows.operations.create import NewRun, create_run
from workflows.operations.perform import operate
from workflows.operations.request import Request
from workflows.states import Admission, Operation, RunState

BOUND = 2
TRIES = 12


def admitted() -> int:
    return Workflow.objects.filter(status=RunState.RUNNING, admission=Admission.ADMITTED).count()


def start() -> Workflow:
    return create_run(SYSTEM, NewRun("narrow")).run


def cancel(run: Workflow) -> None:
    operate(SYSTEM, Request(operation=Operation.CANCEL, workflow_id=run.pk))


def start_in(team: str) -> Workflow:
    return create_run(SYSTEM, NewRun("single", labels={"team": team, "tenant": "shared"})).run


def test_starts_in_different_lines_at_once__keep_the_bound_that_they_share(begin: Begin, settings: Any) -> None:
    # Each run is the first of its own team's line: nothing but the shared bound lets them meet.
    settings.VENOM_LABEL_LIMITS = {("team", "*"): 1, ("tenant", "shared"): BOUND}
    for _try in range(TRIES):
        runs = at_once(*[partial(start_in, f"team-{number}") for number in range(6)])
        assert admitted() == BOUND
        assert Place.objects.filter(bound="label:tenant:shared", is_taken=True).count() == BOUND
        for run in runs:
            cancel(run)
        assert not Place.objects.exists()


def test_ends_at_once__fill_every_place_and_no_more(begin: Begin) -> None:
    for _try in range(TRIES):
        runs = [start() for _run in range(8)]
        working = list(Workflow.objects.filter(admission=Admission.ADMITTED))
        assert len(working) == BOUND
        at_once(*[partial(cancel, run) for run in working], start, start)
        assert admitted() == BOUND
        for run in [*runs, *Workflow.objects.filter(status=RunState.RUNNING)]:
            cancel(run)
        assert not Place.objects.exists()


def test_places_that_are_added__are_filled_once(begin: Begin, driver: Driver) -> None:
    for _try in range(TRIES):
        runs = [start() for _run in range(8)]
        Definition.objects.filter(name="narrow").update(max_running=4)
        at_once(*[fill_places] * 4)
        assert admitted() == 4
        Definition.objects.filter(name="narrow").update(max_running=BOUND)
        random.shuffle(runs)
        at_once(*[partial(cancel, run) for run in runs[:4]], *[partial(cancel, run) for run in runs[4:]])
        assert not Place.objects.exists()
