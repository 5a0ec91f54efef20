"""Lists: page by page, in a number of statements that does not grow, and never by counting or skipping."""

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from audit.paging import write_key
from tests.driver import Driver
from tests.integration.admin.conftest import NAMES, list_url, statements
from workflows.admin.runs import RunAdmin
from workflows.models import Event, LogLine, Step, Workflow
from workflows.models.workflow import new_id
from workflows.states import RunState

RUNS = "workflows_workflow"
MAX_STATEMENTS = 6


def shown(client: Client, url: str) -> list[Any]:
    """The keys of the rows that a list shows, in order."""
    response = client.get(url)
    assert response.status_code == 200
    return [row.pk for row in response.context["cl"].result_list]


def link(client: Client, url: str, rel: str) -> str | None:
    """Where a list's link to a neighbouring page leads."""
    found = re.search(rf'<a rel="{rel}" href="([^"]*)"', client.get(url).content.decode())
    return url.partition("?")[0] + html.unescape(found[1]) if found else None


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RunAdmin, "list_per_page", 4)


@pytest.mark.usefixtures("small_pages")
def test_pages__show_every_run_once_newest_first(viewer: Client, idle_runs: Callable[..., Any]) -> None:
    expected = [run.pk for run in reversed(idle_runs(10))]
    url, seen, way_back = list_url(RUNS), [], []
    while True:
        seen += shown(viewer, url)
        way_back.append(url)
        following = link(viewer, url, "next")
        if following is None:
            break
        url = following
    assert seen == expected
    assert len(way_back) == 3
    newer = link(viewer, way_back[1], "prev")
    assert newer is not None
    assert shown(viewer, newer) == expected[:4]
    assert link(viewer, newer, "prev") is None


@pytest.mark.usefixtures("small_pages")
def test_page__stays_where_it_is_while_runs_are_added(viewer: Client, idle_runs: Callable[..., Any]) -> None:
    idle_runs(8)
    second = link(viewer, list_url(RUNS), "next")
    assert second is not None
    before = shown(viewer, second)
    idle_runs(3)
    assert shown(viewer, second) == before


@pytest.mark.usefixtures("small_pages")
def test_filter__begins_at_the_newest_again(viewer: Client, idle_runs: Callable[..., Any]) -> None:
    idle_runs(8)
    second = link(viewer, list_url(RUNS), "next")
    assert second is not None
    page = html.unescape(viewer.get(second).content.decode())
    assert 'href="?status__exact=idle"' in page


def test_statements__are_as_many_for_fifty_runs_as_for_five(viewer: Client, idle_runs: Callable[..., Any]) -> None:
    idle_runs(5)
    few = statements(viewer, list_url(RUNS))
    idle_runs(45)
    many = statements(viewer, list_url(RUNS))
    assert len(few) == len(many) <= MAX_STATEMENTS


@pytest.mark.usefixtures("worked")
def test_lists__neither_count_nor_skip(viewer: Client) -> None:
    for name in NAMES:
        for query in ("", f"?after={_key(name)}", f"?before={_key(name)}"):
            found = statements(viewer, list_url(name) + query)
            assert len(found) <= MAX_STATEMENTS, name
            assert not [sql for sql in found if "COUNT(" in sql or "OFFSET" in sql], name


def _key(name: str) -> str:
    if name == "audit_entry":
        return write_key((timezone.now(), new_id()))
    return str(new_id()) if name in ("workflows_workflow", "workflows_session") else "1"


def test_large_values__are_not_read_for_a_list(viewer: Client, idle_runs: Callable[..., Any]) -> None:
    idle_runs(1)
    (listing,) = [sql for sql in statements(viewer, list_url(RUNS)) if 'FROM "workflows_workflow"' in sql]
    assert '"input"' not in listing
    assert '"input_schema"' not in listing


@pytest.mark.parametrize(
    "query",
    [
        *("after=x", "before=1", f"after={10**30}", "after=1&before=2", "run=x", "run=", "step=%00", "q=%00"),
        *("status__exact=x&p=2&o=9", "status__exact=%00", "definition=%00", "all=", "level=x&run=x"),
    ],
)
def test_wild_address__is_no_error(viewer: Client, idle_runs: Callable[..., Any], query: str) -> None:
    idle_runs(1)
    for name in (RUNS, "workflows_event", "workflows_step"):
        response = viewer.get(f"{list_url(name)}?{query}", follow=True)
        assert response.status_code == 200


def test_runs__are_filtered_by_state_and_definition(viewer: Client, idle_runs: Callable[..., Any]) -> None:
    first, second = idle_runs(2)
    Workflow.objects.filter(pk=first.pk).update(status=RunState.FAILED)
    assert shown(viewer, list_url(RUNS) + "?status__exact=failed") == [first.pk]
    assert shown(viewer, list_url(RUNS) + "?status__exact=idle&definition=fan") == [second.pk]
    assert shown(viewer, list_url(RUNS) + "?definition=chain-of-ten") == []


def test_runs__are_found_by_id_its_beginning_or_start_key(viewer: Client, idle_runs: Callable[..., Any]) -> None:
    first, second = idle_runs(2)
    Workflow.objects.filter(pk=second.pk).update(start_key="nightly-1")
    for term in (str(first.pk), first.pk.hex, str(first.pk).upper(), str(first.pk)[:30]):
        assert shown(viewer, f"{list_url(RUNS)}?q={term}") == [first.pk], term
    assert shown(viewer, list_url(RUNS) + "?q=nightly-1") == [second.pk]
    assert shown(viewer, f"{list_url(RUNS)}?q={str(first.pk)[:4]}") == [second.pk, first.pk]
    for term in ("nightly", "0", "fan", "%"):
        assert shown(viewer, f"{list_url(RUNS)}?q={term}") == [], term


def test_entries__are_found_by_run(viewer: Client, idle_runs: Callable[..., Any]) -> None:
    first, _second = idle_runs(2)
    (entry,) = viewer.get(f"{list_url('audit_entry')}?q={first.pk}").context["cl"].result_list
    assert entry.resource_id == str(first.pk)


def test_lists_of_one_run__are_in_order_and_hold_only_its_own(driver: Driver, viewer: Client) -> None:
    run = driver.work_off(driver.start("talkative"))
    other = driver.work_off(driver.start("talkative"))
    for name, model in (("step", Step), ("event", Event), ("logline", LogLine)):
        own = list(model.objects.filter(workflow=run).order_by("pk").values_list("pk", flat=True))
        assert shown(viewer, f"{list_url(f'workflows_{name}')}?run={run.pk}") == own
        assert shown(viewer, list_url(f"workflows_{name}"))[0] > max(own)
    assert shown(viewer, f"{list_url('workflows_event')}?run={other.pk}&step=talk") == list(
        Event.objects.filter(workflow=other, step="talk").order_by("seq").values_list("pk", flat=True)
    )


def test_log_lines__are_filtered_by_level_within_a_run(driver: Driver, viewer: Client) -> None:
    run = driver.work_off(driver.start("talkative"))
    LogLine.objects.filter(workflow=run, seq=1).update(level=40)
    url = f"{list_url('workflows_logline')}?run={run.pk}"
    assert len(shown(viewer, url)) > 1
    (grave,) = shown(viewer, url + "&level=40")
    assert LogLine.objects.get(pk=grave).seq == 1
    assert "ERROR" in viewer.get(url).content.decode()
