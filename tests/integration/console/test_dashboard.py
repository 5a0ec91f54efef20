"""The dashboard: what it tells, to whom, and at what cost."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from audit.actor import SYSTEM
from tests.driver import Driver
from tests.integration.console.run_pages import ACTIVE, fragment, text
from workflows.models import Step, Workflow
from workflows.operations.create import NewRun, create_run
from workflows.operations.perform import perform
from workflows.operations.request import Request
from workflows.selectors import due_steps as due
from workflows.selectors.activity import HOURS, activity
from workflows.states import Operation, RunState

HOME = "/"
REGIONS = ("stack", "attention", "running", "activity", "workers", "trail")
MOST_STATEMENTS = 12


@pytest.fixture(autouse=True)
def _nothing_is_kept() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def region(client: Client, name: str) -> str:
    return fragment(client, HOME, f"dashboard-{name}")


def overdue(run: Workflow, seconds: int = 300) -> None:
    Step.objects.filter(workflow=run, due_at__isnull=False).update(due_at=timezone.now() - timedelta(seconds=seconds))


def test_dashboard__says_what_to_do_first_when_empty(flows: None, clients: dict[str, Client]) -> None:
    page = text(clients["operator"], HOME)
    assert "Nothing has failed, is stuck or waits for somebody." in page
    assert "Nothing runs now." in page
    assert f'href="{reverse("console:definitions")}"' in page
    assert "None. What is started shows here" in page
    assert not ACTIVE.search(page)


def test_dashboard__viewer_is_not_asked_to_start(flows: None, clients: dict[str, Client]) -> None:
    assert "See the workflows" in region(clients["viewer"], "running")
    assert "Start a workflow" not in region(clients["viewer"], "running")


def test_dashboard__failed_run_leads_to_its_step_and_to_retry(driver: Driver, clients: dict[str, Client]) -> None:
    run = driver.work_off(driver.start("hopeless"))
    shown = region(clients["operator"], "attention")
    assert "no use" in shown
    assert f"{reverse('console:run', args=[run.pk, 'steps'])}?step=give-up" in shown
    assert f"{reverse('console:operation', args=[run.pk, 'retry'])}?" in shown
    assert 'data-operation="retry"' not in region(clients["viewer"], "attention")
    assert "no use" in region(clients["viewer"], "attention")


def test_dashboard__paused_run_says_who_holds_it_and_why(driver: Driver, clients: dict[str, Client]) -> None:
    run = driver.start("fetch-and-store", url="https://example.org")
    perform(SYSTEM, Request(Operation.PAUSE, run.pk, reason="<b>night shift</b>"))
    raw = clients["operator"].get(HOME).content.decode()
    assert "&lt;b&gt;night shift&lt;/b&gt;" in raw
    assert "<b>night shift" not in raw
    assert 'data-operation="resume"' in raw


def test_dashboard__run_that_nobody_started(flows: None, clients: dict[str, Client]) -> None:
    create_run(SYSTEM, NewRun("fan", start=False))
    shown = region(clients["operator"], "attention")
    assert "It has not been started." in shown
    assert 'data-operation="start"' in shown


def test_dashboard__stuck_run_is_explained(driver: Driver, clients: dict[str, Client]) -> None:
    run = driver.start("fetch-and-store", url="https://example.org")
    assert "waits for a worker" not in region(clients["viewer"], "attention")
    overdue(run)
    shown = region(clients["viewer"], "attention")
    assert "1 step is ready and waits for a worker." in shown
    assert "No worker is alive." in shown
    assert str(run.pk) in shown
    assert f'href="{reverse("console:runs")}?status=running"' not in shown, "not all that runs is stuck"
    assert '<span class="count">1</span>' in shown


def test_dashboard__running_run_shows_progress(driver: Driver, clients: dict[str, Client]) -> None:
    run = driver.start("fetch-and-store", url="https://example.org")
    shown = region(clients["viewer"], "running")
    assert f"0 of {run.total}" in shown
    assert str(run.pk) in shown


def test_dashboard__queue_without_worker_is_told(driver: Driver, clients: dict[str, Client]) -> None:
    driver.start("fetch-and-store", url="https://example.org")
    shown = region(clients["viewer"], "workers")
    assert "default" in shown
    assert "by nobody" in shown
    assert "No worker and no clock is alive." in shown


def test_dashboard__session_is_shown_alive(driver: Driver, clients: dict[str, Client]) -> None:
    driver.work_off(driver.start("fetch-and-store", url="https://example.org"))
    shown = region(clients["viewer"], "workers")
    assert "alive" in shown
    assert "yes" in shown


def test_dashboard__stack_names_what_is_wrong_and_what_helps(db: None, clients: dict[str, Client]) -> None:
    shown = region(clients["viewer"], "stack")
    assert "none is alive" in shown
    assert "manage.py worker" in shown
    assert 'data-spoken="Not well: workers, clock."' in shown.replace("broker, ", "")
    assert 'role="alert"' not in shown, "it would be spoken every time that it is drawn anew"
    assert "data-spoken-line" not in shown
    assert text(clients["viewer"], HOME).count("data-spoken-line") == 1
    assert connection.display_name in shown


def test_dashboard__last_operations_by_whom(flows: None, clients: dict[str, Client], people: dict[str, User]) -> None:
    clients["operator"].post(reverse("console:start", args=["fan"]), {"reason": "first of <all>"})
    raw = clients["viewer"].get(HOME).content.decode()
    assert "operator · browser" in raw
    assert "first of &lt;all&gt;" in raw


@pytest.mark.parametrize("name", REGIONS)
def test_region__is_given_alone(flows: None, clients: dict[str, Client], name: str) -> None:
    shown = region(clients["viewer"], name).strip()
    assert shown.startswith(f'<section id="dashboard-{name}"')
    assert shown.endswith("</section>")
    assert "<html" not in shown


def test_dashboard__shows_nothing_to_who_may_see_nothing(driver: Driver, clients: dict[str, Client]) -> None:
    run = driver.work_off(driver.start("hopeless"))
    page = text(clients["outsider"], HOME)
    assert "Ask an administrator" in page
    assert str(run.pk) not in page
    for name in REGIONS:
        assert str(run.pk) not in text(
            clients["outsider"], HOME, **{"HX-Request": "true", "HX-Target": f"dashboard-{name}"}
        )


def test_dashboard__shows_each_region_to_who_has_its_permission(driver: Driver, clients: dict[str, Client]) -> None:
    run = driver.work_off(driver.start("hopeless"))
    user = User.objects.get(username="outsider")
    user.user_permissions.add(Permission.objects.get(codename="view_entry"))
    page = text(clients["outsider"], HOME)
    assert 'id="dashboard-trail"' in page
    assert 'id="dashboard-attention"' not in page
    assert "no use" not in page
    assert run.definition.title not in page


@pytest.mark.parametrize("number", [1, 15])
def test_dashboard__costs_the_same_whatever_there_is(driver: Driver, clients: dict[str, Client], number: int) -> None:
    for _number in range(number):
        driver.work_off(driver.start("hopeless"))
        create_run(SYSTEM, NewRun("fan", start=False))
        overdue(driver.start("fetch-and-store", url="https://example.org"))
        held = driver.start("fetch-and-store", url="https://example.org")
        perform(SYSTEM, Request(Operation.PAUSE, held.pk))
    cache.clear()
    with CaptureQueriesContext(connection) as captured:
        assert clients["viewer"].get(HOME).status_code == 200
    selects = [query["sql"] for query in captured.captured_queries]
    # A clock is missing here, which takes one statement to say how.
    assert len(selects) <= MOST_STATEMENTS + 1, "\n".join(selects)
    assert not [sql for sql in selects if not sql.lstrip(" (").startswith("SELECT")]


def test_dashboard__reads_large_tables_by_indexes(driver: Driver, clients: dict[str, Client]) -> None:
    overdue(driver.start("fetch-and-store", url="https://example.org"))
    for scan in full_scans(lambda: clients["viewer"].get(HOME)):
        pytest.fail(scan)


def full_scans(ask: Callable[[], Any]) -> Iterator[str]:
    """The statements that would read a whole large table, as the database plans them."""
    with CaptureQueriesContext(connection) as captured:
        ask()
    for query in captured.captured_queries:
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET enable_seqscan = off")
            cursor.execute(f"EXPLAIN {'' if connection.vendor == 'postgresql' else 'QUERY PLAN '}{query['sql']}")
            plan = [str(row[-1]) for row in cursor.fetchall()]
            if connection.vendor == "postgresql":
                cursor.execute("RESET enable_seqscan")
        for line in plan:
            is_scan = "Seq Scan" in line or (line.startswith("SCAN") and " USING " not in line)
            if (
                is_scan
                and any(name in line for name in ("workflows_workflow", "workflows_step", "audit_entry", "U0", "U1"))
                and "auth_group" not in query["sql"]
            ):
                yield f"{line}\n{query['sql']}"


def test_activity__counts_runs_by_hour_and_state(driver: Driver) -> None:
    now = timezone.now()
    driver.work_off(driver.start("hopeless"))
    driver.start("fetch-and-store", url="https://example.org")
    hours = activity(now)
    assert len(hours) == HOURS
    counts = {state: sum(hour.counts[state] for hour in hours) for state in RunState}
    assert counts == dict.fromkeys(RunState, 0) | {RunState.FAILED: 1, RunState.RUNNING: 1}
    assert hours[-1].since <= now < hours[-1].until + timedelta(seconds=1)


def test_activity__chart_has_its_numbers_in_a_table(driver: Driver, clients: dict[str, Client]) -> None:
    driver.work_off(driver.start("hopeless"))
    shown = region(clients["viewer"], "activity")
    assert '<rect class="bar-failed" x=' in shown
    assert "<caption" in shown
    assert "<td>1</td>" in shown
    assert "style=" not in shown


def test_due_steps__says_when_there_are_more(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(due, "MOST", 2)
    for _number in range(3):
        driver.start("fetch-and-store", url="https://example.org")
    found = due.due_steps()
    assert found.is_cut
    assert sum(waiting.count for waiting in found.by_queue.values()) == 2
