"""The page, and the dialog, that ask whether an operation is to be done."""

from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from audit.actor import SYSTEM
from audit.models import Entry
from tests.driver import Driver
from tests.integration.console.run_pages import (
    ACTIVE,
    confirm,
    fragment,
    operation_url,
    shown_fields,
    text,
    url_of,
)
from workflows.models import Step, Workflow
from workflows.operations.perform import perform
from workflows.operations.request import Request
from workflows.states import Operation, RunState, StepState

IN_DIALOG = {"HX-Request": "true", "HX-Target": "operation"}


@pytest.fixture
def running(driver: Driver) -> Workflow:
    return driver.start("chain-of-ten")


@pytest.fixture
def operator(clients: dict[str, Client]) -> Client:
    return clients["operator"]


def test_page__works_without_javascript(operator: Client, running: Workflow, driver: Driver) -> None:
    page = text(operator, operation_url(running, Operation.CANCEL))
    assert '<form method="post"' in page
    assert "Cancel 10 steps" in page
    assert "--reason" not in page
    assert f"workflow cancel {running.pk}" in page
    assert not ACTIVE.search(page)
    assert confirm(operator, operation_url(running, Operation.CANCEL)).status_code == 302
    assert driver.again(running).status == RunState.CANCELLED


def test_dialog__is_the_form_without_its_frame(operator: Client, running: Workflow) -> None:
    shown = fragment(operator, operation_url(running, Operation.PAUSE), "operation")
    assert "<html" not in shown
    assert 'class="operation"' in shown
    assert 'data-busy="Pausing…"' in shown


def test_dialog__sends_the_browser_back(operator: Client, running: Workflow, driver: Driver) -> None:
    back = url_of(running, "events", step="add-one-3")
    url = operation_url(running, Operation.PAUSE, back=back)
    shown = shown_fields(fragment(operator, url, "operation"))
    response = operator.post(url, shown, headers=IN_DIALOG)
    assert (response.status_code, response["HX-Redirect"]) == (200, back)
    assert driver.again(running).status == RunState.PAUSED


@pytest.mark.parametrize(
    ("done", "inverse"), [(Operation.PAUSE, "resume"), (Operation.CANCEL, ""), (Operation.RESUME, "pause")]
)
def test_toast__has_undo_only_where_that_is_safe(
    operator: Client, running: Workflow, done: Operation, inverse: str
) -> None:
    if done is Operation.RESUME:
        perform(SYSTEM, Request(Operation.PAUSE, running.pk))
    back = url_of(running, "events")
    confirm(operator, operation_url(running, done, back=back))
    toasts = text(operator, back).split('id="toasts"')[1].split("<ol")[0].split('id="run"')[0]
    assert "successfully" in toasts
    assert (">Undo</a>" in toasts) is bool(inverse)
    if inverse:
        assert f'data-operation="{inverse}"' in toasts


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example", "/admin/", "/runs/", "javascript:alert(1)"]
)
def test_back__leads_nowhere_else(operator: Client, running: Workflow, back: str) -> None:
    response = confirm(operator, operation_url(running, Operation.PAUSE, back=back))
    assert response["Location"] == reverse("console:run", args=[running.pk])


def test_stale_plan__shows_the_new_preview_and_asks_again(operator: Client, driver: Driver) -> None:
    run = driver.start("chain-of-ten")
    url = operation_url(run, Operation.CANCEL)
    old = shown_fields(text(operator, url))
    assert driver.claim(run)
    response = operator.post(url, old, headers=IN_DIALOG)
    page = unescape(response.content.decode())
    assert response.status_code == 409
    assert "look at them again" in page
    assert driver.again(run).status == RunState.RUNNING
    assert operator.post(url, shown_fields(page), headers=IN_DIALOG).status_code == 200
    assert driver.again(run).status == RunState.CANCELLED


def test_options_with_other_effects__are_shown_first(operator: Client, driver: Driver, running: Workflow) -> None:
    driver.claim(running)
    url = operation_url(running, Operation.PAUSE)
    response = operator.post(url, {**shown_fields(text(operator, url)), "mode": "stop"}, headers=IN_DIALOG)
    page = unescape(response.content.decode())
    assert "is told to stop" in page
    assert "Look again, then confirm." in page
    assert driver.again(running).status == RunState.RUNNING
    assert operator.post(url, {**shown_fields(page), "mode": "stop"}, headers=IN_DIALOG)["HX-Redirect"]
    assert (driver.again(running).hold or {})["mode"] == "stop"


def test_hold_in_the_past__is_refused_at_its_field(operator: Client, running: Workflow) -> None:
    url = operation_url(running, Operation.PAUSE)
    response = operator.post(url, {**shown_fields(text(operator, url)), "hold_until": "2020-01-01T00:00"})
    assert response.status_code == 400
    assert response.context["form"].errors["hold_until"]


def test_counts__stand_on_the_button(operator: Client, driver: Driver) -> None:
    run = driver.work_off(driver.start("hopeless"))
    page = text(operator, operation_url(run, Operation.RETRY, "give-up"))
    assert "Retry 2 steps" in page
    assert "<strong>2</strong> runs again" in page


def test_skip_from_the_panel__gives_an_output(operator: Client, running: Workflow) -> None:
    page = text(operator, url_of(running, step="add-one-5"))
    url = operation_url(running, Operation.SKIP_STEP, "add-one-5", back=url_of(running, step="add-one-5"))
    assert f'href="{url}"' in page
    assert confirm(operator, url, output="41").status_code == 302
    step = Step.objects.get(workflow=running, key="add-one-5")
    assert (step.status, step.output) == (StepState.SKIPPED, 41)


def test_dry_run__shows_its_findings_in_the_dialog(clients: dict[str, Client], running: Workflow) -> None:
    url = operation_url(running, Operation.DRY_RUN)
    shown = shown_fields(fragment(clients["viewer"], url, "operation"))
    response = clients["viewer"].post(url, shown, headers=IN_DIALOG)
    page = unescape(response.content.decode())
    assert "No changes made" in page
    assert "add-one-10" in page
    assert "<html" not in page


def test_outsider__is_refused_on_record(clients: dict[str, Client], running: Workflow) -> None:
    for operation in Operation:
        url = operation_url(running, operation, "add-one")
        assert clients["outsider"].get(url).status_code == 403
        assert clients["outsider"].post(url, {}).status_code == 403
        assert Entry.objects.get(operation_type=operation, triggered_by="outsider").surface == "web"


def test_unknown__is_not_found(operator: Client, running: Workflow) -> None:
    gone = Workflow(pk="0190a000-0000-7000-8000-000000000000")
    assert operator.get(operation_url(gone, Operation.PAUSE)).status_code == 404
    assert operator.get(operation_url(running, Operation.PAUSE).replace("/pause/", "/explode/")).status_code == 404
    assert operator.get(operation_url(running, Operation.SKIP_STEP) + "?step=%00").status_code == 404


def test_anonymous__is_sent_to_the_login(running: Workflow) -> None:
    for response in (Client().get(url_of(running)), Client().post(operation_url(running, Operation.PAUSE))):
        assert response.status_code == 302
        assert "/login/" in response["Location"]


def test_forgery__is_refused(running: Workflow, people: dict, driver: Driver) -> None:  # type: ignore[type-arg]
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(people["operator"])
    assert strict.post(operation_url(running, Operation.CANCEL), {}).status_code == 403
    assert driver.again(running).status == RunState.RUNNING
