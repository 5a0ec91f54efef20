"""The page that asks before an operation: what it shows, what it takes, and whom it refuses."""

from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from audit.actor import SYSTEM
from audit.models import Entry, Result, Surface
from tests.driver import Driver
from tests.integration.admin.conftest import ACTIVE, operation_url, page_url
from tests.integration.admin.test_operation_table import confirm, hidden
from workflows.engine.finish import finish
from workflows.engine.outcome import Succeeded
from workflows.models import Step, Workflow
from workflows.operations.perform import perform
from workflows.operations.request import Request
from workflows.states import Operation, ReasonCode, RunState, StepState


def text(client: Client, url: str) -> str:
    return unescape(client.get(url).content.decode())


def said(client: Client, url: str) -> str:
    """The messages that wait for the user."""
    page = text(client, url)
    return page.partition('id="toasts"')[2].partition('id="content"')[0]


@pytest.fixture
def running(driver: Driver, clients: dict[str, Client]) -> Workflow:
    """A run with an attempt in flight."""
    run = driver.start("chain-of-ten")
    assert driver.claim(run)
    return run


def test_page__shows_effects_and_changes_nothing(clients: dict[str, Client], running: Workflow) -> None:
    before = vars(Workflow.objects.get(pk=running.pk)) | {"_state": None}
    page = text(clients["operator"], operation_url(running, Operation.PAUSE))
    assert "runs on to its end" in page
    assert "an attempt is running" in page
    assert 'value="Pause run"' in page
    assert vars(Workflow.objects.get(pk=running.pk)) | {"_state": None} == before
    assert Entry.objects.get(resource_id=str(running.pk), surface=Surface.ADMIN).operation_type == "preview"


def test_page__tells_other_ways_to_do_it(clients: dict[str, Client], running: Workflow) -> None:
    page = text(clients["operator"], operation_url(running, Operation.SKIP_STEP, "add-one-5"))
    assert f"python manage.py workflow skip-step {running.pk} --step add-one-5" in page
    assert f'-d \'{{"workflow_id": "{running.pk}", "step_id": "add-one-5"}}\'' in page
    assert "http://testserver/api/v1/workflow/operations/skip-step" in page


def test_message__is_that_of_the_answer(clients: dict[str, Client], running: Workflow) -> None:
    assert confirm(clients["operator"], operation_url(running, Operation.PAUSE)) == 302
    assert "The run was paused successfully." in said(clients["operator"], page_url(running))
    assert confirm(clients["operator"], operation_url(running, Operation.PAUSE)) == 302
    assert "does not allow pause" in said(clients["operator"], page_url(running))


def test_run_that_moved_on__is_shown_again(clients: dict[str, Client], driver: Driver, running: Workflow) -> None:
    url = operation_url(running, Operation.CANCEL)
    page = clients["operator"].get(url).content.decode()
    driver.work_off(running)
    other = driver.start("chain-of-ten")
    shown = {name: hidden(page, name) for name in ("ticket", "shown_effects", "shown_options")}
    response = clients["operator"].post(operation_url(other, Operation.CANCEL), shown)
    assert response.status_code == 409
    assert "ask for a new preview" in unescape(response.content.decode())
    assert driver.again(other).status == RunState.RUNNING
    fresh = hidden(response.content.decode(), "ticket")
    assert fresh != shown["ticket"]
    assert (
        clients["operator"].post(operation_url(other, Operation.CANCEL), {**shown, "ticket": fresh}).status_code == 302
    )
    assert driver.again(other).status == RunState.CANCELLED


def test_effects_that_changed__are_not_carried_out(
    clients: dict[str, Client], driver: Driver, running: Workflow
) -> None:
    url = operation_url(running, Operation.CANCEL)
    page = clients["operator"].get(url).content.decode()
    assert perform(SYSTEM, Request(Operation.PAUSE, running.pk)).is_done
    shown = {name: hidden(page, name) for name in ("ticket", "shown_effects", "shown_options")}
    response = clients["operator"].post(url, shown)
    assert response.status_code == 409
    assert "The run has moved on" in unescape(response.content.decode())
    assert driver.again(running).status == RunState.PAUSED


def test_no_ticket__nothing_is_done(clients: dict[str, Client], driver: Driver, running: Workflow) -> None:
    assert clients["operator"].post(operation_url(running, Operation.CANCEL), {}).status_code == 409
    assert driver.again(running).status == RunState.RUNNING


def test_option_with_other_effects__is_shown_before_it_is_done(
    clients: dict[str, Client], driver: Driver, running: Workflow
) -> None:
    url = operation_url(running, Operation.PAUSE)
    page = clients["operator"].get(url).content.decode()
    given = {"mode": "stop", "reason": "now"}
    shown = {name: hidden(page, name) for name in ("ticket", "shown_effects", "shown_options")}
    page = clients["operator"].post(url, {**shown, **given}).content.decode()
    assert "is told to stop" in page
    assert "Look again, then confirm." in page
    assert driver.again(running).status == RunState.RUNNING
    shown = {name: hidden(page, name) for name in ("ticket", "shown_effects", "shown_options")}
    assert clients["operator"].post(url, {**shown, **given}).status_code == 302
    hold = driver.again(running).hold
    assert hold
    assert (hold["mode"], hold["reason"]) == ("stop", "now")


def test_look__shows_what_options_do(clients: dict[str, Client], driver: Driver, running: Workflow) -> None:
    response = clients["operator"].post(operation_url(running, Operation.PAUSE), {"mode": "stop", "look": "Show"})
    page = unescape(response.content.decode())
    assert "is told to stop" in page
    assert "--mode stop" in page
    assert driver.again(running).status == RunState.RUNNING
    assert not Entry.objects.filter(operation_type="pause").exists()


def test_hold__is_read_in_utc(clients: dict[str, Client], driver: Driver, running: Workflow) -> None:
    until = (timezone.now() + timedelta(days=2)).replace(second=0, microsecond=0)
    url = operation_url(running, Operation.PAUSE)
    given = {"hold_until": until.strftime("%Y-%m-%dT%H:%M"), "then": "stay"}
    with timezone.override("Asia/Tokyo"):
        assert confirm(clients["operator"], url, **given) == 302
    held = driver.again(running)
    assert held.hold_until == until
    assert held.hold
    assert held.hold["then"] == "stay"


@pytest.mark.parametrize("given", ["2020-01-01T00:00", "tomorrow"])
def test_hold__that_cannot_be_is_refused_at_its_field(
    clients: dict[str, Client], driver: Driver, running: Workflow, given: str
) -> None:
    url = operation_url(running, Operation.PAUSE)
    page = clients["operator"].get(url).content.decode()
    shown = {name: hidden(page, name) for name in ("ticket", "shown_effects", "shown_options")}
    response = clients["operator"].post(url, {**shown, "hold_until": given})
    assert response.status_code == 400
    assert response.context["form"].errors["hold_until"]
    assert 'class="form-row field-hold_until errors"' in response.content.decode()
    assert driver.again(running).status == RunState.RUNNING


def test_skip__gives_an_output(clients: dict[str, Client], driver: Driver, running: Workflow) -> None:
    url = operation_url(running, Operation.SKIP_STEP, "add-one-5")
    assert confirm(clients["operator"], url, output="41") == 302
    step = Step.objects.get(workflow=running, key="add-one-5")
    assert (step.status, step.output) == (StepState.SKIPPED, 41)


@pytest.mark.parametrize("output", ["{", "NaN", '"\\u0000"', '"' + "x" * 300_000 + '"'])
def test_skip__refuses_what_is_not_json(clients: dict[str, Client], running: Workflow, output: str) -> None:
    response = clients["operator"].post(operation_url(running, Operation.SKIP_STEP, "add-one-5"), {"output": output})
    assert response.status_code == 400
    assert response.context["form"].errors["output"]
    assert Step.objects.get(workflow=running, key="add-one-5").status == StepState.PENDING


def test_retry__runs_again_from_a_step(clients: dict[str, Client], driver: Driver) -> None:
    run = driver.work_off(driver.start("hopeless"))
    url = operation_url(run, Operation.RETRY, "give-up")
    page = text(clients["operator"], page_url(Step.objects.get(workflow=run, key="give-up")))
    assert f'href="{url}"' in page
    assert 'value="Retry from step give-up"' in text(clients["operator"], url)
    assert confirm(clients["operator"], url) == 302
    again = driver.again(run)
    assert (again.status, again.generation) == (RunState.RUNNING, 2)


def test_dry_run__shows_what_the_steps_would_do(clients: dict[str, Client], running: Workflow) -> None:
    response = clients["viewer"].post(operation_url(running, Operation.DRY_RUN), {})
    page = unescape(response.content.decode())
    assert response.status_code == 200
    assert "No changes made" in page
    assert [action["step_id"] for action in response.context["actions"]][-1] == "add-one-10"
    assert "would run" in page


def test_many_effects__are_grouped(clients: dict[str, Client], driver: Driver) -> None:
    run = driver.start("fan", count=70)
    numbers = driver.claim(run, "numbers")
    assert numbers
    finish(numbers, Succeeded(list(range(70)), str(list(range(70)))), take_next=False)
    assert perform(SYSTEM, Request(Operation.CANCEL, run.pk)).is_done
    rows = clients["operator"].get(operation_url(run, Operation.RETRY)).context["rows"]
    assert len(rows) < 10
    (items,) = [row for row in rows if row.reason == "this item is not done"]
    assert items.count == 70
    assert items.steps == "double[0], double[1], double[2], double[3], double[4] and 65 more"


def test_viewer__sees_why_not_and_is_refused_on_record(
    clients: dict[str, Client], driver: Driver, running: Workflow
) -> None:
    page = text(clients["viewer"], page_url(running))
    assert page.count("workflows.can_pause, which you do not have") == 2
    assert f'"{operation_url(running, Operation.DRY_RUN)}"' in page
    url = operation_url(running, Operation.PAUSE)
    page = text(clients["viewer"], url)
    assert "it takes the permission workflows.can_pause" in page
    assert 'value="Pause run"' not in page
    response = clients["viewer"].post(url, {})
    assert response.status_code == 403
    assert "it takes the permission workflows.can_pause" in unescape(response.content.decode())
    entry = Entry.objects.get(operation_type="pause")
    assert (entry.result, entry.reason_code) == (Result.FAILURE, ReasonCode.PERMISSION_DENIED)
    assert (entry.surface, entry.triggered_by) == (Surface.ADMIN, "viewer")
    assert driver.again(running).status == RunState.RUNNING


def test_outsider__is_refused_everywhere(clients: dict[str, Client], driver: Driver, running: Workflow) -> None:
    for operation in Operation:
        url = operation_url(running, operation, "add-one")
        assert clients["outsider"].get(url).status_code == 403
        assert clients["outsider"].post(url, {}).status_code == 403
        entry = Entry.objects.get(operation_type=operation, triggered_by="outsider")
        assert entry.reason_code == ReasonCode.PERMISSION_DENIED
    assert driver.again(running).status == RunState.RUNNING


@pytest.mark.parametrize("name", ["operator", "admin", "root"])
def test_those_who_may__can(clients: dict[str, Client], driver: Driver, running: Workflow, name: str) -> None:
    assert confirm(clients[name], operation_url(running, Operation.PAUSE)) == 302
    assert driver.again(running).status == RunState.PAUSED


def test_anonymous__is_sent_to_the_login(running: Workflow) -> None:
    url = operation_url(running, Operation.PAUSE)
    for response in (Client().get(url), Client().post(url, {})):
        assert response.status_code == 302
        assert "/login/" in response["Location"]


def test_forgery__is_refused(clients: dict[str, Client], driver: Driver, running: Workflow, people: dict) -> None:  # type: ignore[type-arg]
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(people["operator"])
    assert strict.post(operation_url(running, Operation.CANCEL), {}).status_code == 403
    assert not Entry.objects.filter(operation_type="cancel").exists()
    assert driver.again(running).status == RunState.RUNNING


def test_unknown__is_not_found(clients: dict[str, Client], running: Workflow) -> None:
    url = operation_url(running, Operation.PAUSE)
    assert clients["operator"].get(url.replace("pause", "explode")).status_code == 404
    gone = url.replace(str(running.pk), "0190a000-0000-7000-8000-000000000000")
    for response in (clients["operator"].get(gone), clients["operator"].post(gone, {"ticket": "x"})):
        assert response.status_code == 404
    assert clients["operator"].get(f"{url}?step=%00").status_code == 404
    page = text(clients["operator"], operation_url(running, Operation.SKIP_STEP, "nowhere"))
    assert "The run has no step nowhere." in page


def test_pages__have_no_inline_code(clients: dict[str, Client], running: Workflow) -> None:
    for operation in Operation:
        url = operation_url(running, operation, "<script>alert(1)</script>")
        assert not ACTIVE.search(clients["operator"].get(url).content.decode()), operation
    step = Step.objects.get(workflow=running, key="add-one-5")
    for url in (page_url(running), page_url(step)):
        assert not ACTIVE.search(clients["operator"].get(url).content.decode())
    done = clients["operator"].post(operation_url(running, Operation.DRY_RUN), {})
    assert not ACTIVE.search(done.content.decode())
