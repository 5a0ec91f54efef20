"""The tab of the graph: every step in the picture and in the list, at a cost that does not grow with the run."""

import re
from typing import Any

import pytest
from django.test import Client

from tests.driver import Driver
from tests.integration.console.run_pages import ACTIVE, fragment, statements, text, url_of
from workflows.engine.finish import finish
from workflows.engine.outcome import Succeeded
from workflows.engine.plans import graph_of
from workflows.models import Workflow

_NODE = re.compile(r'<a id="node-([^"]+)" class="node state-(\w+)( is-selected)?"')
_LISTED = re.compile(r'data-part="list:([^"]+)"')


def nodes(page: str) -> dict[str, str]:
    """Key → state, as the picture shows it."""
    return {key: state for key, state, _selected in _NODE.findall(page)}


@pytest.fixture
def opened(driver: Driver) -> Workflow:
    """A run whose fan-out of 450 is open, two items of it done."""
    run = driver.start("fan", count=450)
    first = driver.claim(run)
    assert first
    item = finish(first, Succeeded(list(range(450)), str(list(range(450)))), take_next=True)
    for _item in range(2):
        assert item
        item = finish(item, Succeeded(0, "0"), take_next=True)
    return driver.again(run)


@pytest.mark.parametrize("flow", ["thirty", "branches", "fan", "chain-of-ten"])
def test_graph__shows_every_step_in_picture_and_list(driver: Driver, clients: dict[str, Client], flow: str) -> None:
    run = driver.work_off(driver.start(flow, **({"number": 1} if flow == "branches" else {})))
    page = text(clients["viewer"], url_of(run, "graph"))
    keys = set(graph_of(run.plan_id).nodes)
    assert set(nodes(page)) == keys
    assert set(_LISTED.findall(page)) == keys
    assert not ACTIVE.search(page)


def test_graph__draws_conditions_dashed_and_says_what_comes_before(driver: Driver, clients: dict[str, Client]) -> None:
    run = driver.work_off(driver.start("branches", number=-1))
    page = text(clients["viewer"], url_of(run, "graph"))
    assert page.count('class="edge is-condition" d="M') == 2  # the one in the picture, the one that explains it
    assert nodes(page)["positive"] == "skipped"
    assert re.search(r'id="node-positive"[^>]*aria-label="positive, skipped[^"]*after: is-positive"', page)


def test_graph__selected_step_is_marked_and_kept(driver: Driver, clients: dict[str, Client]) -> None:
    run = driver.work_off(driver.start("fan"))
    page = text(clients["viewer"], url_of(run, "graph", step="double[1]"))
    assert [key for key, _state, selected in _NODE.findall(page) if selected] == ["double"]
    assert re.search(r'id="node-total"[^>]*href="\?step=total"', page)


def test_graph__items_are_shown_on_demand_and_in_pages(opened: Workflow, clients: dict[str, Client]) -> None:
    client = clients["viewer"]
    closed = text(client, url_of(opened, "graph"))
    assert 'class="item ' not in closed
    assert "2 of 450" in closed
    page = text(client, url_of(opened, "graph", open="double"))
    assert page.count('class="item ') == 200
    later = re.search(r'rel="next" href="([^"]+)"', page)
    assert later
    second = text(client, url_of(opened, "graph") + later[1])
    assert "?open=double&items_before=200" in second
    assert second.count('class="item ') == 200
    assert 'title="double[200]: ready"' in second


def test_graph__past_is_that_of_the_event(opened: Workflow, clients: dict[str, Client]) -> None:
    client = clients["viewer"]
    before = text(client, url_of(opened, "graph", at=2))
    assert nodes(before) == {"numbers": "ready", "double": "pending", "total": "pending"}
    assert "The run was started." in before
    assert 'hx-target="#run-tab" hx-trigger="venom:changed' not in before, "the past does not change"
    now = text(client, url_of(opened, "graph"))
    then = text(client, url_of(opened, "graph", at=opened.event_seq))
    assert nodes(then) == nodes(now) == {"numbers": "succeeded", "double": "running", "total": "pending"}
    assert "2 of 450" in then


def test_graph__past_shows_items_as_they_were(opened: Workflow, clients: dict[str, Client]) -> None:
    page = text(clients["viewer"], url_of(opened, "graph", at=5, open="double"))
    assert page.count('class="item state state-ready"') == 200
    assert "items_after=199" in page


@pytest.mark.parametrize("at", ["0", "999999", "x", "-1", "1e3", "٣"])
def test_graph__event_that_is_none_shows_now(opened: Workflow, clients: dict[str, Client], at: str) -> None:
    assert "now, after" in text(clients["viewer"], url_of(opened, "graph", at=at))


def test_graph__goes_along_the_events_without_script(opened: Workflow, clients: dict[str, Client]) -> None:
    page = text(clients["viewer"], url_of(opened, "graph", at=3, step="total"))
    assert "The panel shows total as it is now." in page
    assert re.search(
        r'<a href="\?at=2&step=total"[^>]*The event before', page.replace("?step=total&at=2", "?at=2&step=total")
    )
    assert 'name="step" value="total"' in page
    assert "Back to now" in page


@pytest.mark.parametrize("query", [{}, {"at": 5}, {"open": "double"}])
def test_graph__cost_does_not_grow_with_the_run(driver: Driver, clients: dict[str, Client], query: Any) -> None:
    counts = []
    for flow, given in (
        ("shaped", {"steps": 3}),
        ("shaped", {"steps": 300}),
        ("fan", {"count": 3}),
        ("fan", {"count": 900}),
    ):
        run = driver.start(flow, **given)
        first = driver.claim(run)
        assert first
        value = list(range(given.get("count", 0)))
        finish(first, Succeeded(value, str(value)), take_next=False)
        counts.append(len(statements(clients["viewer"], url_of(run, "graph", **query))))
    assert counts[0] == counts[1]
    assert counts[2] == counts[3]


def test_graph__region_comes_alone(opened: Workflow, clients: dict[str, Client]) -> None:
    part = fragment(clients["viewer"], url_of(opened, "graph"), "run-tab")
    assert part.count("<section") == 1
    assert set(nodes(part)) == {"numbers", "double", "total"}


def test_graph__names_are_written_safely(driver: Driver, clients: dict[str, Client]) -> None:
    run = driver.start("fan")
    page = clients["viewer"].get(url_of(run, "graph", step='"><b>', open="<i>")).content.decode()
    assert "<b>" not in page
    assert "<i>" not in page
