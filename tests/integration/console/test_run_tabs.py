"""The tabs of a run: what each shows, and to whom."""

import json
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.actor import SYSTEM
from audit.models import Entry
from tests.driver import Driver
from tests.integration.console.run_pages import ACTIVE, TABS, fanned_out, fragment, text, url_of
from workflows.engine.finish import finish
from workflows.engine.outcome import Failed, Succeeded
from workflows.event_words import known_kinds
from workflows.models import Attempt, Event, Step, Workflow
from workflows.models.workflow import new_id
from workflows.operations.perform import perform
from workflows.operations.request import Request
from workflows.states import AttemptState, Operation, StepState


@pytest.mark.parametrize("tab", TABS)
def test_tab__shows_header_and_step_panel(driver: Driver, clients: dict[str, Client], tab: str) -> None:
    run = driver.work_off(driver.start("hopeless"))
    page = text(clients["viewer"], url_of(run, tab, step="give-up"))
    assert "no use" in page
    assert 'id="run-header"' in page
    assert "Attempts" in page
    assert not ACTIVE.search(page)


@pytest.mark.parametrize("region", ["run-header", "step-panel", "run-tab"])
@pytest.mark.parametrize("tab", TABS)
def test_region__is_given_alone(driver: Driver, clients: dict[str, Client], tab: str, region: str) -> None:
    run = driver.work_off(driver.start("hopeless"))
    shown = fragment(clients["viewer"], url_of(run, tab, step="give-up"), region)
    assert "<html" not in shown
    assert shown.count(f'id="{region}"') == 1
    others = {"run-header", "step-panel", "run-tab"} - {region}
    assert not [other for other in others if f'id="{other}"' in shown]


@pytest.mark.parametrize(
    ("name", "status"), [("viewer", 200), ("operator", 200), ("admin", 200), ("root", 200), ("outsider", 403)]
)
def test_tab__takes_the_permission_to_look(driver: Driver, clients: dict[str, Client], name: str, status: int) -> None:
    run = driver.start("chain-of-ten")
    for tab in TABS:
        assert clients[name].get(url_of(run, tab)).status_code == status, tab


def test_unknown__is_not_found(driver: Driver, clients: dict[str, Client]) -> None:
    run = driver.start("chain-of-ten")
    assert clients["viewer"].get(url_of(run, "nonsense")).status_code == 404
    assert clients["viewer"].get(url_of(Workflow(pk=new_id()))).status_code == 404
    page = text(clients["viewer"], url_of(run, step="no-such-step[3]"))
    assert "The run has no step no-such-step[3]." in page


def test_odd_parameters__change_nothing(driver: Driver, clients: dict[str, Client]) -> None:
    run = driver.start("chain-of-ten")
    for tab in TABS:
        for query in ("status=x&open=%00", "after=-1&before=x", f"after={'9' * 40}", "line=0", "a=1&b=%00", "step=%00"):
            assert clients["viewer"].get(f"{url_of(run, tab)}?{query}").status_code == 200, (tab, query)


def test_header__tells_what_is_in_flight(driver: Driver, clients: dict[str, Client]) -> None:
    run = driver.start("chain-of-ten")
    assert driver.claim(run)
    Attempt.objects.filter(workflow=run).update(started_at=timezone.now() - timedelta(minutes=4, seconds=3))
    perform(SYSTEM, Request(Operation.PAUSE, run.pk, reason="lunch"))
    page = text(clients["viewer"], url_of(run))
    started_at = Attempt.objects.get(workflow=run).started_at
    assert started_at
    age = f'<time datetime="{started_at.isoformat()}" data-elapsed>4\xa0minutes</time>'
    assert f"the last attempts end, 1 in flight, oldest {age}" in page
    assert "The reason given: lunch" in page
    assert "0 of 10" in page
    assert "<title>paused, the last attempts end" in page


def test_header__goes_on_until_the_run_is_over(driver: Driver, clients: dict[str, Client]) -> None:
    run = driver.start("chain-of-ten")
    assert "data-goes-on" in text(clients["viewer"], url_of(run))
    assert "data-goes-on" not in text(clients["viewer"], url_of(driver.work_off(run)))


def test_header__leads_to_the_step_that_failed(driver: Driver, clients: dict[str, Client]) -> None:
    run = driver.work_off(driver.start("hopeless"))
    assert f'href="{url_of(run, step="give-up")}">give-up</a>' in text(clients["viewer"], url_of(run, "logs"))


def test_selected_step__is_kept_across_tabs(driver: Driver, clients: dict[str, Client]) -> None:
    run = fanned_out(driver, 3)
    page = text(clients["viewer"], url_of(run, "logs", step="double[1]"))
    for tab in TABS:
        assert f'href="{url_of(run, tab, step="double[1]")}"' in page, tab


def test_steps__fold_a_fan_out_until_it_is_opened(driver: Driver, clients: dict[str, Client]) -> None:
    run = fanned_out(driver, 250)
    Step.objects.filter(workflow=run, key="double", index__lt=7).update(status=StepState.FAILED)
    page = fragment(clients["viewer"], url_of(run), "run-tab")
    assert "double[0]" not in page
    assert "243 ready" in page
    assert "7 failed" in page
    page = fragment(clients["viewer"], url_of(run, open="double"), "run-tab")
    assert "double[99]" in page
    assert "double[100]" not in page
    page = fragment(clients["viewer"], url_of(run, open="double", items_after=99), "run-tab")
    assert "double[100]" in page
    assert "double[99]" not in page
    page = fragment(clients["viewer"], url_of(run, open="double", status="failed"), "run-tab")
    assert "double[6]" in page
    assert "double[7]" not in page
    assert ">numbers</a>" not in page


def test_steps__leave_out_items_of_an_earlier_opening(driver: Driver, clients: dict[str, Client]) -> None:
    run = fanned_out(driver, 5)
    Step.objects.filter(workflow=run, key="double", index=-1).update(width=2)
    page = fragment(clients["viewer"], url_of(run, open="double"), "run-tab")
    assert "double[1]" in page
    assert "double[2]" not in page
    assert "2 ready" in page


def test_panel__shows_every_attempt_with_its_traceback(driver: Driver, clients: dict[str, Client]) -> None:
    run = driver.work_off(driver.start("flaky", attempts=3))
    page = text(clients["viewer"], url_of(run, step="fail-until"))
    assert page.count('<details class="attempt"') == 3
    assert "RuntimeError: attempt 2 of 3" in page
    assert "Traceback" in page


def test_events__are_told_in_words(driver: Driver, clients: dict[str, Client]) -> None:
    run = driver.start("hopeless")
    perform(SYSTEM, Request(Operation.PAUSE, run.pk))
    perform(SYSTEM, Request(Operation.RESUME, run.pk))
    driver.work_off(run)
    perform(SYSTEM, Request(Operation.RETRY, run.pk))
    page = text(clients["viewer"], url_of(run, "events"))
    assert "The run was paused (attempts end by themselves); 0 in flight." in page
    assert "The step failed for good" in page
    assert page.index("The run was retried") < page.index("The run was created")
    assert set(Event.objects.filter(workflow=run).values_list("kind", flat=True)) <= known_kinds()


def test_events__without_what_went_smoothly_are_remembered(driver: Driver, clients: dict[str, Client]) -> None:
    run = driver.work_off(driver.start("hopeless"))
    full = text(clients["viewer"], url_of(run, "events"))
    assert "Attempt 1 began." in full
    short = text(clients["viewer"], url_of(run, "events", history="short"))
    assert "Attempt 1 began." not in short
    assert "The step failed for good" in short
    assert "Attempt 1 began." not in text(clients["viewer"], url_of(run, "events")), "the browser remembers it"
    assert "Attempt 1 began." in text(clients["viewer"], url_of(run, "events", history="full"))
    assert "Attempt 1 began." in text(clients["viewer"], url_of(run, "events"))


def test_events__say_what_hides_them(driver: Driver, clients: dict[str, Client]) -> None:
    run = driver.start("chain-of-ten")
    Event.objects.filter(workflow=run).update(kind="step_started", data={"attempt": 1})
    page = text(clients["viewer"], url_of(run, "events", history="short"))
    assert "Nothing but steps that began and succeeded." in page
    assert "Show all events" in page


def test_events__are_read_page_by_page(driver: Driver, clients: dict[str, Client]) -> None:
    run = driver.start("chain-of-ten")
    seq = driver.again(run).event_seq
    rows = [Event(workflow=run, seq=seq + n, kind="new_kind", data={"n": n}, at=timezone.now()) for n in range(1, 151)]
    Event.objects.bulk_create(rows)
    page = text(clients["viewer"], url_of(run, "events"))
    assert f'id="E{seq + 150}"' in page
    assert f'id="E{seq + 50}"' not in page
    assert "new_kind n=150" in page
    older = text(clients["viewer"], url_of(run, "events", after=seq + 51))
    assert f'id="E{seq + 50}"' in older
    assert 'id="E1"' in older


def test_audit__shows_the_trail_to_those_who_may_see_it(driver: Driver, clients: dict[str, Client]) -> None:
    run = driver.start("chain-of-ten")
    perform(SYSTEM, Request(Operation.PAUSE, run.pk, reason="because of lunch"))
    perform(SYSTEM, Request(Operation.PAUSE, run.pk))
    page = text(clients["viewer"], url_of(run, "audit"))
    assert "because of lunch" in page
    assert "not yet" in page
    assert page.count("<tr>") == 1 + Entry.objects.filter(resource_id=str(run.pk)).count()
    user = clients["outsider"].get("/").wsgi_request.user
    user.user_permissions.add(*_permissions("view_workflow"))
    page = fragment(clients["outsider"], url_of(run, "audit"), "run-tab")
    assert "takes the permission audit.view_entry" in page
    assert "because of lunch" not in page


def test_data__shows_exact_numbers_with_sorted_keys(driver: Driver, clients: dict[str, Client]) -> None:
    run = driver.start("chain-of-ten", start=1)
    big = {"z": 12345678901234567890123, "a": ["<script>", None, True, 1.5]}
    Workflow.objects.filter(pk=run.pk).update(output=big)
    response = clients["viewer"].get(url_of(run, "data"))
    page = response.content.decode()
    assert "12345678901234567890123" in page
    assert page.index("&quot;a&quot;") < page.index("&quot;z&quot;")
    assert "<script>&quot;" not in page
    assert not ACTIVE.search(page)


def test_data__compares_two_attempts(driver: Driver, clients: dict[str, Client]) -> None:
    run = driver.work_off(driver.start("chain-of-ten"))
    perform(SYSTEM, Request(Operation.REPLAY_STEP, run.pk, step_id="add-one"))
    replay = Attempt.objects.get(workflow=run, is_replay=True)
    Attempt.objects.filter(pk=replay.pk).update(status=AttemptState.SUCCEEDED, output=7, finished_at=timezone.now())
    page = text(clients["viewer"], url_of(run, "data", step="add-one", a=1, b=replay.number))
    assert '-  "output": 1' in page
    assert '+  "output": 7' in page
    Attempt.objects.filter(pk=replay.pk).update(output=1)
    page = text(clients["viewer"], url_of(run, "data", step="add-one", a=1, b=replay.number))
    assert "What came of these two attempts is the same." in page


def test_data__compares_outputs_across_a_retry(driver: Driver, clients: dict[str, Client]) -> None:
    run = driver.start("diamond")
    sibling, failing = driver.claim(run, "sibling"), driver.claim(run, "fail-now")
    assert sibling
    assert failing
    finish(sibling, Succeeded(1, "1"), take_next=False)
    finish(failing, Failed("step_failed", "boom"), take_next=False)
    perform(SYSTEM, Request(Operation.RETRY, run.pk, step_id="sibling"))
    again = driver.claim(run, "sibling")
    assert again
    finish(again, Succeeded(2, "2"), take_next=False)
    page = text(clients["viewer"], url_of(run, "data", step="sibling", a=1, b=2))
    assert '-  "output": 1' in page
    assert '+  "output": 2' in page
    assert "generation 2" in page


def _permissions(*names: str) -> list[Permission]:
    return list(Permission.objects.filter(codename__in=names))


def test_large_value__is_shown_as_text(driver: Driver, clients: dict[str, Client]) -> None:
    run = driver.start("chain-of-ten")
    Workflow.objects.filter(pk=run.pk).update(output=list(range(5_000)))
    page = text(clients["viewer"], url_of(run, "data"))
    assert json.dumps(list(range(5_000)), indent=2) in page
    assert page.count("<details") < 20


def test_records__lead_to_the_page_and_back(driver: Driver, clients: dict[str, Client]) -> None:
    run = driver.start("chain-of-ten")
    record = reverse("admin:workflows_workflow_change", args=[run.pk])
    page = reverse("console:run", args=[run.pk])
    assert f'href="{page}"' in text(clients["viewer"], record)
    assert f'href="{record}"' in text(clients["viewer"], page)
