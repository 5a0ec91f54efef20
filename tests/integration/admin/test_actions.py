"""Actions of the list of runs: asked for, shown, done one by one, and every refusal told."""

from collections.abc import Callable
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from audit.models import Entry, Surface
from tests.driver import Driver
from tests.integration.admin.conftest import ACTIVE, list_url
from tests.integration.admin.test_operation_page import said
from workflows.models import BulkItem, Workflow
from workflows.states import Operation, ReasonCode, RunState

RUNS = "workflows_workflow"
ACTIONS = ("pause", "resume", "cancel", "retry")


def send(client: Client, action: str, runs: list[Any], **given: str) -> Any:
    selected = [str(getattr(run, "pk", run)) for run in runs]
    return client.post(list_url(RUNS), {"action": action, "_selected_action": selected, **given})


def confirmed(client: Client, action: str, runs: list[Any]) -> Any:
    return send(client, action, runs, confirmed="1", reason="tidying up")


@pytest.fixture
def mixed(driver: Driver, clients: dict[str, Client]) -> list[Workflow]:
    """Two runs that can be paused and two that cannot."""
    running = [driver.start("chain-of-ten") for _ in range(2)]
    return [*running, driver.work_off(driver.start("chain-of-ten")), driver.work_off(driver.start("hopeless"))]


@pytest.mark.usefixtures("mixed")
def test_list__offers_actions_to_those_who_may(clients: dict[str, Client]) -> None:
    for name in ("operator", "admin", "root"):
        page = clients[name].get(list_url(RUNS)).content.decode()
        for action in ACTIONS:
            assert f'<option value="{action}">' in page, name
        assert 'class="action-select"' in page
        assert "delete_selected" not in page
        assert not ACTIVE.search(page)
    page = clients["viewer"].get(list_url(RUNS)).content.decode()
    assert 'name="action"' not in page
    assert 'class="action-select"' not in page


def test_first__each_run_is_shown_with_what_would_come_of_it(clients: dict[str, Client], mixed: list[Workflow]) -> None:
    before = Entry.objects.filter(resource_type="workflow").count()
    statuses = [run.status for run in Workflow.objects.order_by("pk")]
    response = send(clients["operator"], "pause", mixed, index="0")
    page = unescape(response.content.decode())
    assert 'value="Pause 2 runs"' in page
    assert page.count("refused: The run is") == 2
    assert "Would be done: 2. Would be refused: 2." in page
    for run in mixed:
        assert str(run.pk) in page
    assert not ACTIVE.search(response.content.decode())
    assert Entry.objects.filter(resource_type="workflow").count() == before
    assert [run.status for run in Workflow.objects.order_by("pk")] == statuses


def test_then__each_run_is_done_or_refused_and_told(
    clients: dict[str, Client], driver: Driver, mixed: list[Workflow]
) -> None:
    gone = uuid4()
    assert confirmed(clients["operator"], "pause", [*mixed, gone]).status_code == 302
    assert [driver.again(run).status for run in mixed] == ["paused", "paused", "completed", "failed"]
    told = said(clients["operator"], list_url(RUNS))
    assert "2 done, 3 refused." in told
    for text in ("The run is completed", "The run is failed", f"There is no run {gone}."):
        assert told.count(text) == 1
    entries = Entry.objects.filter(operation_type="pause", surface=Surface.ADMIN, reason="tidying up")
    assert entries.count() == 5
    assert entries.filter(reason_code=ReasonCode.OPERATION_COMPLETED).count() == 2


@pytest.mark.parametrize(
    ("action", "after"),
    [
        ("resume", ["running", "running", "completed", "failed"]),
        ("cancel", ["cancelled", "cancelled", "completed", "failed"]),
        ("retry", ["paused", "paused", "completed", "running"]),
    ],
)
def test_every_action__does_what_it_says(
    clients: dict[str, Client], driver: Driver, mixed: list[Workflow], action: str, after: list[str]
) -> None:
    confirmed(clients["operator"], "pause", mixed)
    assert confirmed(clients["operator"], action, mixed).status_code == 302
    assert [driver.again(run).status for run in mixed] == after


def test_run_that_a_filter_hides_by_now__is_told_too(
    clients: dict[str, Client], driver: Driver, mixed: list[Workflow]
) -> None:
    url = f"{list_url(RUNS)}?status__exact=running"
    given = {"action": "pause", "_selected_action": [str(run.pk) for run in mixed], "confirmed": "1"}
    response = clients["operator"].post(url, given)
    assert response["Location"] == url
    assert "2 done, 2 refused." in said(clients["operator"], url)


def test_more_than_a_page__is_left_to_the_workers(
    clients: dict[str, Client], driver: Driver, idle_runs: Callable[[int], list[Workflow]]
) -> None:
    runs = [*(uuid4() for _ in range(100)), driver.start("chain-of-ten")]
    page = unescape(send(clients["operator"], "pause", runs, index="0").content.decode())
    assert "1 more are not looked at here" in page
    assert confirmed(clients["operator"], "pause", runs).status_code == 302
    assert "as the bulk operation" in said(clients["operator"], list_url(RUNS))
    assert BulkItem.objects.count() == 101
    assert Entry.objects.filter(operation_type="bulk_pause", surface=Surface.ADMIN).count() == 1


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("name", ["viewer", "outsider"])
def test_those_who_may_not__are_refused_on_record(
    clients: dict[str, Client], driver: Driver, mixed: list[Workflow], name: str, action: str
) -> None:
    assert confirmed(clients[name], action, mixed).status_code == 403
    entry = Entry.objects.get(triggered_by=name)
    assert (entry.operation_type, entry.reason_code) == (f"bulk_{action}", ReasonCode.PERMISSION_DENIED)
    assert [driver.again(run).status for run in mixed] == ["running", "running", "completed", "failed"]


def test_what_is_no_action__is_refused(clients: dict[str, Client], mixed: list[Workflow]) -> None:
    for action in ("delete_selected", "restart", "start", "skip_step", "nonsense"):
        assert confirmed(clients["root"], action, mixed).status_code == 403
    assert confirmed(clients["root"], "pause", ["not-an-id"]).status_code == 400
    assert clients["root"].post(list_url(RUNS), {}).status_code == 403
    assert Workflow.objects.count() == len(mixed)


def test_nothing_ticked__is_told(clients: dict[str, Client], mixed: list[Workflow]) -> None:
    assert send(clients["operator"], "pause", [], index="0").status_code == 302
    assert "Tick the runs" in said(clients["operator"], list_url(RUNS))
    assert send(clients["operator"], "", mixed, index="0").status_code == 302
    assert "Choose an action." in said(clients["operator"], list_url(RUNS))


def test_forgery__is_refused(people: dict[str, Any], driver: Driver, mixed: list[Workflow]) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(people["operator"])
    assert confirmed(strict, "cancel", mixed).status_code == 403
    assert driver.again(mixed[0]).status == RunState.RUNNING
    assert not Entry.objects.filter(operation_type=Operation.CANCEL).exists()
