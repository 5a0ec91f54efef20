"""The list of runs: who sees it, what its filters show, and that it does not move under anybody's hands."""

import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.actor import SYSTEM, Actor
from audit.models import Surface
from tests.integration.admin.conftest import ACTIVE
from workflows.models import SavedView, Workflow
from workflows.operations.create import NewRun, create_run
from workflows.operations.saved_views import MOST_VIEWS
from workflows.selectors import run_list
from workflows.states import RunState

URL = "/runs/"
LIST = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "runs-list"}


def create(name: str = "fan", actor: Actor = SYSTEM, status: RunState = RunState.IDLE, **labels: str) -> Workflow:
    run = create_run(actor, NewRun(name, start=False, labels=labels)).run
    Workflow.objects.filter(pk=run.pk).update(status=status)
    run.refresh_from_db()
    return run


def shown(client: Client, query: str = "view=all", **headers: Any) -> list[str]:
    """The ids in the list, from its top."""
    page = client.get(f"{URL}?{query}", **headers)
    assert page.status_code == 200, page.content.decode()
    return re.findall(r'<tr id="run-([0-9a-f-]{36})"', page.content.decode())


def ids(*runs: Workflow) -> list[str]:
    return [str(run.pk) for run in runs]


def numbers(client: Client, query: str = "view=all") -> dict[str, str]:
    html = client.get(f"{URL}?{query}").content.decode()
    return dict(re.findall(r'state-tab-(\w+)".*?<span class="tab-number">([^<]*)</span>', html))


def refresh_url(client: Client, query: str = "view=all") -> str:
    html = client.get(f"{URL}?{query}").content.decode()
    return re.search(r'id="runs-list".*?hx-get="([^"]+)"', html)[1].replace("&amp;", "&")  # type: ignore[index]  # every list has one


@pytest.mark.usefixtures("flows")
@pytest.mark.parametrize(
    ("name", "status"), [("viewer", 200), ("operator", 200), ("admin", 200), ("root", 200), ("outsider", 403)]
)
@pytest.mark.parametrize("path", ["", "views/"])
def test_pages__are_for_those_who_may_look(clients: dict[str, Client], name: str, status: int, path: str) -> None:
    page = clients[name].get(f"{URL}{path}")
    assert page.status_code == status
    assert "script-src 'self'" in page["Content-Security-Policy"]
    assert not ACTIVE.search(page.content.decode())


@pytest.mark.django_db
def test_page__asks_strangers_to_log_in() -> None:
    assert Client().get(URL).status_code == 302


@pytest.mark.usefixtures("flows")
def test_filters__include_and_exclude(clients: dict[str, Client], people: dict[str, User]) -> None:
    viewer, ana = clients["viewer"], Actor(people["operator"], Surface.API)
    failed = create(status=RunState.FAILED, team="a")
    idle = create("chain-of-ten", ana, team="b", env="prod")
    paused = create("chain-of-ten", status=RunState.PAUSED)
    cases = {
        "": [paused, idle, failed],
        "status=failed": [failed],
        "status=failed&status=paused": [paused, failed],
        "not_status=failed": [paused, idle],
        "status=failed&not_status=failed": [],
        "definition=fan": [failed],
        "not_definition=fan": [paused, idle],
        "label=team:b&label=env:prod": [idle],
        "not_label=team:a": [paused, idle],
        "not_label=team:a&not_label=team:b": [paused],
        "created_by=system": [paused, failed],
        "not_created_by=system": [idle],
        "q=operator": [idle],
        f"q={str(idle.pk)[:23]}": [run for run in (paused, idle, failed) if str(run.pk)[:23] == str(idle.pk)[:23]],
        "since=2020-01-01": [paused, idle, failed],
        "until=2020-01-01T10:00:00Z": [],
        "q=chain&not_created_by=system&not_status=failed": [idle],
    }
    for query, expected in cases.items():
        assert shown(viewer, query or "view=all") == ids(*expected), query


@pytest.mark.usefixtures("flows")
@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("status=sleeping", "is no state of a run"),
        ("label=team", "is no label"),
        ("since=yesterday", "is no time"),
        ("until=2026-02-31", "is no time"),
        ("since=0001-01-01T00:00:00%2B14:00", "is no time"),
        ("until=9999-12-31T23:59:59-14:00", "is no time"),
        ("q=%00", "no text in the database"),
    ],
)
def test_filter_that_cannot_be_read__is_told_of_and_shows_nothing(
    clients: dict[str, Client], query: str, said: str
) -> None:
    create()
    page = clients["viewer"].get(f"{URL}?{query}&definition=fan")
    html = page.content.decode()
    assert page.status_code == 400
    assert said in html
    assert '<tr id="run-' not in html
    assert 'href="/runs/?definition=fan"' in html, "there is a way to go on"


@pytest.mark.usefixtures("flows")
def test_chips__can_be_removed_and_turned_round(clients: dict[str, Client]) -> None:
    html = clients["viewer"].get(f"{URL}?definition=fan&not_label=team:a&size=25").content.decode()
    chips = re.findall(r'class="chip-remove" href="([^"]+)"', html)
    assert [dict(parse_qsl(urlsplit(url.replace("&amp;", "&")).query)) for url in chips] == [
        {"not_label": "team:a", "size": "25"},
        {"definition": "fan", "size": "25"},
    ]
    assert "/runs/?not_definition=fan&amp;not_label=team%3Aa&amp;size=25" in html
    assert "/runs/?definition=fan&amp;label=team%3Aa&amp;size=25" in html


@pytest.mark.usefixtures("flows")
def test_form__adds_a_filter_to_the_address(clients: dict[str, Client]) -> None:
    viewer = clients["viewer"]
    added = viewer.get(f"{URL}?definition=fan&add=not_label&value=team:a")
    assert added["Location"] == "/runs/?definition=fan&not_label=team%3Aa"
    unreadable = viewer.get(f"{URL}?definition=fan&add=since&value=soon", follow=True)
    assert unreadable.status_code == 400
    assert viewer.get(f"{URL}?add=nothing&value=1")["Location"] == "/runs/?view=all"


@pytest.mark.usefixtures("flows")
def test_forms__keep_the_number_of_rows(clients: dict[str, Client]) -> None:
    viewer = clients["viewer"]
    kept = '<input type="hidden" name="size" value="25">'
    assert viewer.get(f"{URL}?view=all&size=25").content.decode().count(kept) == 2
    assert 'name="size"' not in viewer.get(f"{URL}?view=all").content.decode()
    added = viewer.get(f"{URL}?size=25&add=definition&value=fan")
    assert added["Location"] == "/runs/?definition=fan&size=25"


@pytest.mark.usefixtures("flows")
def test_tabs__count_what_the_other_filters_let_pass(
    clients: dict[str, Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    for status in (RunState.FAILED, RunState.FAILED, RunState.FAILED, RunState.PAUSED):
        create(status=status)
    create("chain-of-ten")
    expected = {"all": "5", "idle": "1", "running": "0", "paused": "1", "completed": "0", "failed": "3"}
    assert numbers(clients["viewer"]) == {**expected, "cancelled": "0"}
    assert numbers(clients["viewer"], "status=paused&definition=fan")["all"] == "4"
    monkeypatch.setattr(run_list, "MOST_COUNTED", 2)
    assert numbers(clients["viewer"])["failed"] == "2+"
    assert numbers(clients["viewer"])["all"] == "4+"
    filtered = numbers(clients["viewer"], "definition=fan")
    assert (filtered["paused"], filtered["idle"]) == ("1+", "0+"), "beside other filters only the newest are counted"


@pytest.mark.usefixtures("flows")
def test_empty_list__says_which_filter_hides_runs(clients: dict[str, Client]) -> None:
    viewer = clients["viewer"]
    assert "There is no run yet" in viewer.get(URL).content.decode()
    create(team="a")
    create(team="a")
    html = re.sub(r"\s+", " ", viewer.get(f"{URL}?status=failed&label=team:a").content.decode())
    assert "without state: failed</a>: 2" in html
    assert "without label: team:a</a>: none either" in html


@pytest.mark.usefixtures("flows")
def test_pages__follow_each_other_without_gap_and_are_not_moved_by_new_runs(clients: dict[str, Client]) -> None:
    viewer, runs = clients["viewer"], [create() for _number in range(60)]
    newest_first = ids(*reversed(runs))
    first = shown(viewer, "size=25&view=all")
    create()
    second = shown(viewer, f"size=25&after={first[-1]}")
    assert first == newest_first[:25]
    assert second == newest_first[25:50]
    assert shown(viewer, f"size=25&before={second[0]}") == first
    assert shown(viewer, "after=nonsense&size=7") == shown(viewer)


@pytest.mark.usefixtures("flows")
def test_refresh__keeps_each_row_in_its_place_and_counts_the_new_ones(clients: dict[str, Client]) -> None:
    viewer, old, young = clients["viewer"], create(), create()
    url = refresh_url(viewer, "status=idle")
    Workflow.objects.filter(pk=young.pk).update(status=RunState.FAILED, finished_at=timezone.now())
    create()
    create(status=RunState.PAUSED)
    page = viewer.get(url, **LIST)  # type: ignore[arg-type]  # headers
    html = page.content.decode()
    assert "<html" not in html
    assert re.findall(r'<tr id="run-([0-9a-f-]{36})"', html) == ids(young, old)
    assert "state-failed" in html, "what has changed is shown where it is"
    assert "Show 1 new" in html, "only what fits the filter counts"
    again = re.search(r'hx-get="([^"]+)"', html)[1].replace("&amp;", "&")  # type: ignore[index]
    assert dict(parse_qsl(urlsplit(again).query)) == dict(parse_qsl(urlsplit(url).query)), "and so it goes on"


@pytest.mark.usefixtures("flows")
def test_refresh__of_an_empty_list_shows_what_has_come(clients: dict[str, Client]) -> None:
    url = refresh_url(clients["viewer"])
    run = create()
    assert str(run.pk) in clients["viewer"].get(url, **LIST).content.decode()  # type: ignore[arg-type]  # headers


@pytest.mark.usefixtures("flows")
def test_row__says_why_and_leads_on(clients: dict[str, Client]) -> None:
    run = create(team="<b>")
    error = {"code": "E", "message": "no <route>", "step": "fetch"}
    Workflow.objects.filter(pk=run.pk).update(status=RunState.FAILED, error=error)
    html = clients["operator"].get(f"{URL}?status=failed").content.decode()
    assert "at fetch: no &lt;route&gt;" in html
    assert f'href="/runs/{run.pk}/"' in html
    assert "label=team%3A%3Cb%3E" in html
    assert reverse("admin:workflows_workflow_change", args=[run.pk]) in html


@pytest.mark.usefixtures("flows")
def test_views__are_kept_opened_first_and_deleted(clients: dict[str, Client]) -> None:
    viewer = clients["viewer"]
    failed, _idle = create(status=RunState.FAILED), create()
    kept = viewer.post(
        "/runs/views/", {"name": "Trouble", "query": "status=failed&after=x&evil=1", "is_default": "on"}, follow=True
    )
    assert kept.redirect_chain == [("/runs/?status=failed", 302)]
    assert viewer.get(URL)["Location"] == "/runs/?status=failed"
    assert shown(viewer, "status=failed") == ids(failed)
    assert len(shown(viewer)) == 2, "all runs can still be seen"
    assert clients["operator"].get(URL).status_code == 200, "of others it is none"
    view = SavedView.objects.get()
    viewer.post("/runs/views/", {"name": "Rest", "query": "not_status=failed", "is_default": "on"})
    assert set(SavedView.objects.values_list("name", "is_default")) == {("Trouble", False), ("Rest", True)}
    assert clients["operator"].post(f"/runs/views/{view.pk}/delete/").status_code == 404
    assert viewer.post(f"/runs/views/{view.pk}/default/").status_code == 302
    assert viewer.post(f"/runs/views/{view.pk}/no-default/").status_code == 302
    assert viewer.post(f"/runs/views/{view.pk}/burn/").status_code == 404
    assert viewer.get(URL).status_code == 200
    menu = viewer.get("/runs/views/?query=status%3Dfailed", HTTP_HX_REQUEST="true", HTTP_HX_TARGET="saved-views")
    assert "<html" not in menu.content.decode()
    assert "Trouble" in menu.content.decode()
    viewer.post(f"/runs/views/{view.pk}/delete/")
    assert SavedView.objects.count() == 1


@pytest.mark.usefixtures("flows")
def test_views__need_a_name_and_are_not_without_number(clients: dict[str, Client], people: dict[str, User]) -> None:
    assert clients["viewer"].post("/runs/views/", {"name": "", "query": ""}).status_code == 400
    SavedView.objects.bulk_create(SavedView(user=people["viewer"], name=str(number)) for number in range(MOST_VIEWS))
    assert clients["viewer"].post("/runs/views/", {"name": "more", "query": ""}).status_code == 409
    assert clients["viewer"].post("/runs/views/", {"name": "7", "query": "q=x"}).status_code == 302
    assert SavedView.objects.get(name="7").query == "q=x"
