"""The ways between the records and the operators' pages: there, back, and the same frame around both."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from audit.actor import SYSTEM
from audit.models import Entry, Seal
from tests.driver import Driver
from tests.integration.admin.conftest import NAMES, list_url, page_url, statements
from tests.integration.bulk.conftest import MakeRuns, ask, make_runs
from workflows.models import Attempt, Definition, Event, LogLine, Session, Step, Workflow
from workflows.operations.bulk.steer import BulkAct, steer_bulk

__all__ = ["make_runs"]

_ITS_PAGE = re.compile(r'<a href="([^"]+)">Its page</a>')


def ways_from(client: Client, url: str) -> list[str]:
    """Where the links to operators' pages lead."""
    response = client.get(url)
    assert response.status_code == 200
    return _ITS_PAGE.findall(response.content.decode())


def the_way_from(client: Client, row: Any) -> str:
    """Where the page of a row leads; its list leads there too."""
    (way,) = ways_from(client, page_url(row))
    assert way in ways_from(client, list_url(row._meta.label_lower.replace(".", "_")))
    return way


def test_rows__lead_to_the_pages_of_operators(worked: Workflow, viewer: Client) -> None:
    home, step = reverse("console:run", args=[worked.pk]), Step.objects.get(workflow=worked)
    event, line = Event.objects.filter(workflow=worked)[2], LogLine.objects.filter(workflow=worked)[1]
    entry = Entry.objects.filter(resource_id=str(worked.pk)).earliest("seq")
    expected: dict[Any, str] = {
        worked: home,
        step: f"{home}steps/?step={step.wire_id}",
        Attempt.objects.get(workflow=worked): f"{home}steps/?step={step.wire_id}",
        event: f"{home}events/?after={event.seq + 1}#E{event.seq}",
        line: f"{home}logs/?line={line.seq}#L{line.seq}",
        entry: f"{home}audit/",
        worked.definition: reverse("console:start", args=[worked.definition_name]),
        Session.objects.get(): f"{reverse('console:dashboard')}#dashboard-workers",
    }
    for row, way in expected.items():
        assert the_way_from(viewer, row) == way
        shown = viewer.get(way.partition("#")[0]).content.decode()
        fragment = way.partition("#")[2]
        assert f'id="{fragment}"' in shown or not fragment, way


def test_rows__lead_nowhere_where_there_is_no_page(worked: Workflow, viewer: Client) -> None:
    Definition.objects.filter(pk=worked.definition_id).update(is_current=False)
    assert ways_from(viewer, page_url(worked.definition)) == []
    assert ways_from(viewer, page_url(Entry.objects.filter(resource_type="definition").latest("pk"))) == []
    assert ways_from(viewer, list_url(Seal._meta.label_lower.replace(".", "_"))) == []


def test_entry_of_many_runs__leads_to_their_page_and_not_to_a_run(make_runs: MakeRuns, viewer: Client) -> None:
    job = ask("pause", make_runs(2))
    steer_bulk(SYSTEM, job.pk, BulkAct.PAUSE)
    home = reverse("console:bulk", args=[job.pk])
    for entry in (Entry.objects.get(pk=job.pk), Entry.objects.get(operation_type="bulk_job_pause")):
        assert the_way_from(viewer, entry) == home
        no_run = reverse("admin:workflows_workflow_change", args=[job.pk])
        assert no_run not in viewer.get(page_url(entry)).content.decode()
    assert viewer.get(home).status_code == 200
    on_the_dashboard = viewer.get("/", headers={"HX-Request": "true", "HX-Target": "dashboard-trail"})
    assert on_the_dashboard.content.decode().count(f'href="{home}"') == 2


def test_pages_of_operators__lead_back(worked: Workflow, clients: dict[str, Client]) -> None:
    step, session = Step.objects.get(workflow=worked), Session.objects.get()
    panel = f"{reverse('console:run', args=[worked.pk])}steps/?step={step.wire_id}"
    for address, row in ((panel, step), ("/", session)):
        assert page_url(row) in clients["viewer"].get(address).content.decode()
    User.objects.filter(username="operator").update(is_staff=False)
    for address, row in ((panel, step), ("/", session)):
        assert page_url(row) not in clients["operator"].get(address).content.decode()


def test_lists__take_no_statement_for_a_row(driver: Driver, viewer: Client) -> None:
    driver.work_off(driver.start("talkative"))
    few = [len(statements(viewer, list_url(name))) for name in NAMES]
    for _number in range(3):
        driver.work_off(driver.start("talkative"))
    assert [len(statements(viewer, list_url(name))) for name in NAMES] == few


def _addresses(worked: Workflow) -> list[str]:
    user = User.objects.get(username="operator")
    return [
        *(reverse("admin:index"), reverse("admin:app_list", args=["workflows"]), reverse("admin:password_change")),
        *(list_url("workflows_workflow"), list_url("auth_user"), page_url(worked), page_url(user)),
        reverse("admin:workflows_workflow_history", args=[worked.pk]),
        reverse("admin:workflows_workflow_operation", args=[worked.pk, "retry"]),
        *(f"{page_url(user).removesuffix('change/')}{name}/" for name in ("delete", "history", "password")),
        f"{list_url('auth_user')}add/",
    ]


def test_frame__is_that_of_the_operators_pages(worked: Workflow, clients: dict[str, Client]) -> None:
    for url in _addresses(worked):
        page = clients["root"].get(url).content.decode()
        for part in ('<dialog id="palette"', '<dialog id="shortcuts"', "data-zone-switch", 'id="toasts"'):
            assert page.count(part) == 1, (url, part)
        assert ">Home<" not in page, url
        way = page.partition('<ol class="breadcrumbs">')[2].partition("</ol>")[0]
        titles = [title.strip() for title in re.findall(r"<(?:a|span)[^>]*>([^<]+)<", way)]
        assert titles[:2] == ["Dashboard", "Records"], url
        assert way.count('aria-current="page"') == 1, url


def test_way__to_a_row_and_on_from_it(worked: Workflow, clients: dict[str, Client]) -> None:
    history = reverse("admin:workflows_workflow_history", args=[worked.pk])
    for url in (history, reverse("admin:workflows_workflow_operation", args=[worked.pk, "retry"])):
        way = clients["root"].get(url).content.decode().partition('<ol class="breadcrumbs">')[2].partition("</ol>")[0]
        above = reverse("admin:app_list", args=["workflows"])
        for address in (above, list_url("workflows_workflow"), page_url(worked)):
            assert f'href="{address}"' in way, (url, address)


def test_palette__offers_operations_on_the_run_of_the_record(worked: Workflow, viewer: Client) -> None:
    assert f'data-run="{worked.pk}"' in viewer.get(page_url(worked)).content.decode()


@pytest.mark.usefixtures("worked")
def test_login__has_no_frame(client: Client) -> None:
    page = client.get(reverse("admin:login")).content.decode()
    assert "breadcrumbs" not in page
    assert "<dialog" not in page
