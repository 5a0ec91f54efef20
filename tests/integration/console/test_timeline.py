"""The tab of the timeline: a lane for each step, a bar for each attempt, and a table that says the same."""

import re
from datetime import timedelta

import pytest
from django.db.models import F
from django.test import Client

from audit.actor import SYSTEM
from tests.driver import Driver
from tests.integration.console.run_pages import ACTIVE, fragment, statements, text, url_of
from workflows.engine.finish import finish
from workflows.engine.outcome import Succeeded
from workflows.engine.release import release_leases
from workflows.models import Attempt, Step, Workflow
from workflows.operations.recipe import operate
from workflows.operations.request import Request
from workflows.selectors.run_times import times_of
from workflows.states import AttemptState, Operation
from workflows.worker.session import own_session


def bars(page: str) -> list[str]:
    """What the bars in the lanes are, in their order."""
    return re.findall(r'class="bar bar-(\w+)(?: is-fan-out)?" x=', page)


def test_timeline__has_a_lane_for_each_step_and_a_bar_for_each_attempt(
    driver: Driver, clients: dict[str, Client]
) -> None:
    run = driver.work_off(driver.start("flaky", attempts=3))
    page = text(clients["viewer"], url_of(run, "timeline"))
    assert [bar for bar in bars(page) if bar != "waits"] == ["failed", "failed", "succeeded"]
    assert page.count('data-part="lane:') == 1
    assert page.count("<tr><th") == 4, "a row for each attempt, below the head"
    assert not ACTIVE.search(page)


def test_timeline__tells_lost_attempts(driver: Driver, clients: dict[str, Client]) -> None:
    run = driver.start("chain-of-ten")
    assert driver.claim(run)
    release_leases(own_session(), AttemptState.LOST)
    driver.work_off(run)
    assert bars(text(clients["viewer"], url_of(run, "timeline"))).count("lost") == 1


def test_timeline__folds_fan_outs_and_opens_them_in_pages(driver: Driver, clients: dict[str, Client]) -> None:
    run = driver.work_off(driver.start("fan", count=70))
    client = clients["viewer"]
    folded = text(client, url_of(run, "timeline"))
    assert folded.count('data-part="lane:') == 3
    assert "70 of 70" in folded
    opened = text(client, url_of(run, "timeline", open="double"))
    assert opened.count('data-part="lane:double[') == 60
    later = re.search(r'href="([^"]+items_after=[^"]+)"', opened)
    assert later
    assert text(client, url_of(run, "timeline") + later[1]).count('data-part="lane:double[') == 10


def test_timeline__shows_pauses_and_now(driver: Driver, clients: dict[str, Client]) -> None:
    run = driver.start("chain-of-ten")
    operate(SYSTEM, Request(Operation.PAUSE, run.pk))
    page = text(clients["viewer"], url_of(run, "timeline"))
    assert '<rect class="pause-band" x=' in page
    assert 'class="now-line"' in page
    operate(SYSTEM, Request(Operation.RESUME, run.pk))
    driver.work_off(run)
    page = text(clients["viewer"], url_of(run, "timeline"))
    assert '<rect class="pause-band" x=' in page
    assert 'class="now-line"' not in page


def _times(run: Workflow) -> dict[str, list[float | None]]:
    rows = list(Step.objects.filter(workflow=run).order_by("id"))
    return {
        step.step.wire_id: [
            None if attempt.ready_at is None else (attempt.row.started_at - attempt.ready_at).total_seconds()
            for attempt in step.attempts
            if attempt.row.started_at
        ]
        for step in times_of(run, rows).steps
    }


def test_waits__begin_with_the_last_thing_that_was_waited_for(driver: Driver) -> None:
    run = driver.start("fan", count=2)
    first = driver.claim(run)
    assert first
    finish(first, Succeeded([0, 1], "[0, 1]"), take_next=False)
    driver.work_off(run)
    Attempt.objects.filter(workflow=run, step__key="double").update(
        started_at=F("started_at") + timedelta(seconds=5), finished_at=F("finished_at") + timedelta(seconds=6)
    )
    waited = _times(run)
    assert all(
        5 <= wait < 15 for waits in (waited["double[0]"], waited["double[1]"]) for wait in waits if wait is not None
    )
    assert len(waited["double[0]"]) == 1


@pytest.mark.parametrize("query", [{}, {"open": "double"}])
def test_timeline__cost_does_not_grow_with_the_run(
    driver: Driver, clients: dict[str, Client], query: dict[str, str]
) -> None:
    runs = [driver.work_off(driver.start("fan", count=count)) for count in (3, 80)]
    assert len({len(statements(clients["viewer"], url_of(run, "timeline", **query))) for run in runs}) == 1


def test_timeline__many_steps_come_in_pages(driver: Driver, clients: dict[str, Client]) -> None:
    run = driver.start("shaped", steps=100)
    page = text(clients["viewer"], url_of(run, "timeline"))
    assert page.count('data-part="lane:') == 60
    assert "Later steps" in page


def test_timeline__region_comes_alone_and_marks_the_selected_step(driver: Driver, clients: dict[str, Client]) -> None:
    run = driver.work_off(driver.start("fan"))
    part = fragment(clients["viewer"], url_of(run, "timeline", step="total"), "run-tab")
    assert part.count("<section") == 1
    assert re.findall(r'class="lane is-selected" data-part="lane:([^"]+)"', part) == ["total"]


def test_timeline__idle_run_has_empty_lanes(driver: Driver, clients: dict[str, Client]) -> None:
    run = driver.work_off(driver.start("fan"))
    operate(SYSTEM, Request(Operation.RESTART, run.pk))
    assert 'data-part="lane:' in text(clients["viewer"], url_of(run, "timeline"))
