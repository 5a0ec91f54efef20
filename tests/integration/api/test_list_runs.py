"""``GET /api/v1/workflows/``: filters and pages."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from audit.actor import SYSTEM, Actor
from audit.models import Surface
from workflows.models import Workflow
from workflows.operations.create import NewRun, create_run

URL = "/api/v1/workflows/"
Listed = Callable[..., list[str]]


def make(definition: str = "fan", actor: Actor = SYSTEM, **given: Any) -> str:
    return str(create_run(actor, NewRun(definition, start=False, **given)).run.pk)


@pytest.fixture
def listed(viewer: Client) -> Listed:
    """The ids that a query gives."""

    def get(**query: Any) -> list[str]:
        response = viewer.get(URL, query)
        assert response.status_code == 200, response.json()
        return [run["id"] for run in response.json()["results"]]

    return get


@pytest.mark.usefixtures("flows")
class TestFilters:
    def test_no_filter__gives_all_newest_first(self, listed: Listed) -> None:
        ids = [make() for _number in range(3)]
        assert listed() == ids[::-1]

    def test_status__may_be_repeated(self, listed: Listed) -> None:
        idle = make()
        running = str(create_run(SYSTEM, NewRun("fan")).run.pk)
        assert listed(status="idle") == [idle]
        assert listed(status=["idle", "running"]) == [running, idle]
        assert listed(status="paused") == []

    def test_definition__is_exact(self, listed: Listed) -> None:
        wanted, _other = make("fan"), make("chain-of-ten")
        assert listed(definition="fan") == [wanted]
        assert listed(definition="fa") == []

    def test_labels__must_all_be_there(self, listed: Listed) -> None:
        both, one = make(labels={"team": "a", "kind": "x:y"}), make(labels={"team": "a"})
        assert listed(label="team:a") == [one, both]
        assert listed(label=["team:a", "kind:x:y"]) == [both]
        assert listed(label=["team:a", "kind:z"]) == []
        assert listed(label="team:") == []

    def test_created_by__is_a_name(self, listed: Listed, people: dict[str, User]) -> None:
        own, _other = make(actor=Actor(people["operator"], Surface.API)), make()
        assert listed(created_by="operator") == [own]

    def test_q__finds_by_id_name_label_and_creator(self, listed: Listed, people: dict[str, User]) -> None:
        chain = make("chain-of-ten")
        labelled = make(labels={"ticket": "T-17"})
        own = make(actor=Actor(people["operator"], Surface.API))
        assert listed(q="ain-of") == [chain]
        assert listed(q="T-17") == [labelled]
        assert listed(q="operator") == [own]
        assert listed(q=chain) == [chain]
        assert set(listed(q=chain[:6])) >= {chain}
        assert listed(q=chain.replace("-", "").upper()) == [chain]
        assert listed(q="nothing like it") == []

    def test_since_and_until__are_inclusive(self, listed: Listed) -> None:
        ids = [make() for _number in range(3)]
        times = [Workflow.objects.get(pk=pk).created_at for pk in ids]
        assert times == sorted(set(times))
        assert listed(since=times[1].isoformat()) == [ids[2], ids[1]]
        assert listed(until=times[1].isoformat()) == [ids[1], ids[0]]
        assert listed(since=(times[1] + timedelta(microseconds=1)).isoformat()) == [ids[2]]
        assert listed(since="2020-01-01", until="2020-12-31") == []
        assert listed(since="0001-01-01T00:00:00Z", until="9999-12-31T23:59:59Z") == ids[::-1]

    def test_filters__combine(self, listed: Listed) -> None:
        wanted = make(labels={"team": "a"})
        make("chain-of-ten", labels={"team": "a"})
        make()
        assert listed(definition="fan", label="team:a", status="idle", q="fan") == [wanted]

    @pytest.mark.parametrize(
        ("query", "name"),
        [
            ({"status": "done"}, "status"),
            ({"status": ["idle", "done"]}, "status"),
            ({"label": "team"}, "label"),
            ({"label": ":a"}, "label"),
            ({"since": "yesterday"}, "since"),
            ({"until": "2026-13-01"}, "until"),
            ({"page_size": "0"}, "page_size"),
            ({"page_size": "201"}, "page_size"),
            ({"page_size": "many"}, "page_size"),
            ({"cursor": "x"}, "cursor"),
            ({"cursor": "after:x"}, "cursor"),
            ({"cursor": "beside:01a20777-2fe0-7603-8fde-cb58540062bc"}, "cursor"),
            ({"q": "a\0"}, "q"),
            ({"label": "a\0:b"}, "label"),
            ({"created_by": "a\0"}, "created_by"),
            ({"limit": "5"}, "limit"),
            ({"offset": "5"}, "offset"),
        ],
    )
    def test_bad_value__names_the_parameter(self, viewer: Client, query: dict[str, Any], name: str) -> None:
        response = viewer.get(URL, query)
        assert response.status_code == 400
        assert {item["attr"] for item in response.json()["errors"]} == {name}
        assert name in response.json()["detail"]

    def test_unknown_parameter__names_those_that_there_are(self, viewer: Client) -> None:
        (problem,) = viewer.get(URL, {"state": "idle"}).json()["errors"]
        assert all(name in problem["detail"] for name in ("status", "definition", "label", "created_by", "page_size"))


@pytest.mark.usefixtures("flows")
class TestPages:
    def test_pages__have_each_run_once_while_new_ones_appear(self, viewer: Client) -> None:
        ids = [make() for _number in range(120)]
        seen: list[str] = []
        url: str | None = f"{URL}?page_size=25&definition=fan"
        while url:
            page = viewer.get(url).json()
            seen += [run["id"] for run in page["results"]]
            url = page["next"]
            make()
        assert seen == ids[::-1]

    def test_previous__leads_back_to_the_same_pages(self, viewer: Client) -> None:
        for _number in range(7):
            make()
        forward, backward = [], []
        page = viewer.get(f"{URL}?page_size=3").json()
        assert page["previous"] is None
        while page["next"]:
            forward.append(page["results"])
            page = viewer.get(page["next"]).json()
        while page["previous"]:
            page = viewer.get(page["previous"]).json()
            backward.append(page["results"])
        assert backward == forward[::-1]

    def test_previous__on_the_way_shows_what_has_come_since(self, viewer: Client) -> None:
        ids = [make() for _number in range(4)]
        second = viewer.get(viewer.get(f"{URL}?page_size=2").json()["next"]).json()
        new = make()
        first = viewer.get(second["previous"]).json()
        assert [run["id"] for run in first["results"]] == [ids[3], ids[2]][:2]
        assert [run["id"] for run in viewer.get(first["previous"]).json()["results"]] == [new]

    def test_links__keep_the_filters(self, viewer: Client) -> None:
        for _number in range(3):
            make(labels={"a": "b", "c": "d"})
        url = f"{URL}?page_size=2&label=a:b&label=c:d&status=idle&status=running"
        link = viewer.get(url).json()["next"]
        assert all(part in link for part in ("label=a%3Ab", "label=c%3Ad", "status=idle", "status=running"))
        assert len(viewer.get(link).json()["results"]) == 1

    def test_page__of_exactly_the_size_is_the_last(self, viewer: Client) -> None:
        for _number in range(2):
            make()
        page = viewer.get(f"{URL}?page_size=2").json()
        assert (len(page["results"]), page["next"], page["previous"]) == (2, None, None)

    def test_page__is_50_unless_told(self, viewer: Client) -> None:
        for _number in range(51):
            make()
        assert len(viewer.get(URL).json()["results"]) == 50

    def test_entries__leave_out_large_values(self, viewer: Client) -> None:
        make()
        (entry,) = viewer.get(URL).json()["results"]
        assert not {"input", "output"} & set(entry)
