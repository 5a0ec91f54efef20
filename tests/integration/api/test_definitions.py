"""Registered workflows."""

import pytest
from django.test import Client

from workflows.models import Definition

URL = "/api/v1/definitions/"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("flows")]


def test_list__has_the_current_versions_by_name(viewer: Client) -> None:
    found = viewer.get(URL).json()
    names = [definition["name"] for definition in found["results"]]
    assert names == sorted(names)
    assert {"fetch-and-store", "fan", "document-ingest", "fire-drill"} <= set(names)
    assert (found["next"], found["previous"]) == (None, None)


def test_list__goes_on_by_name(viewer: Client) -> None:
    names, url = [], f"{URL}?page_size=4"
    while url:
        page = viewer.get(url).json()
        names += [definition["name"] for definition in page["results"]]
        url = page["next"]
    assert names == list(Definition.objects.filter(is_current=True).order_by("name").values_list("name", flat=True))


def test_definition__says_what_it_takes_and_looks_like(viewer: Client) -> None:
    definition = viewer.get(f"{URL}fetch-and-store/").json()
    assert (definition["title"], definition["version"], definition["deadline"]) == ("Fetch and store", 1, 3600.0)
    assert definition["input_schema"]["required"] == ["url"]
    nodes = {node["id"]: node for node in definition["graph"]["nodes"]}
    assert set(nodes["store"]) == {"id", "type", "position", "data"}
    assert (nodes["store"]["type"], nodes["fetch"]["type"]) == ("map", "step")
    assert nodes["fetch"]["position"] == {"x": 0, "y": nodes["fetch"]["position"]["y"]}
    assert {(edge["source"], edge["target"]) for edge in definition["graph"]["edges"]} >= {
        ("fetch", "split"),
        ("report", "notify"),
        ("is-large", "escalate"),
    }


def test_version__gives_an_old_one(viewer: Client) -> None:
    old = Definition.objects.get(name="fan")
    Definition.objects.filter(pk=old.pk).update(is_current=False)
    Definition.objects.create(
        name="fan", version=2, title="New", checksum="x", source=old.source, plan=old.plan, input_schema={}
    )
    assert viewer.get(f"{URL}fan/").json()["title"] == "New"
    earlier = viewer.get(f"{URL}fan/?version=1").json()
    assert (earlier["version"], earlier["is_current"]) == (1, False)
    assert [item["version"] for item in viewer.get(URL).json()["results"] if item["name"] == "fan"] == [2]


@pytest.mark.parametrize("address", ["nope/", "%00/", "fan/?version=9", "fan/?version=2147483647"])
def test_unknown__is_a_problem(viewer: Client, address: str) -> None:
    response = viewer.get(URL + address)
    assert (response.status_code, response.json()["reason_code"]) == (404, "resource_not_found")


@pytest.mark.parametrize("query", ["version=x", "version=0", "version=99999999999", "v=1"])
def test_bad_value__names_the_parameter(viewer: Client, query: str) -> None:
    response = viewer.get(f"{URL}fan/?{query}")
    assert response.status_code == 400
    assert [item["attr"] for item in response.json()["errors"]] == [query.partition("=")[0]]
