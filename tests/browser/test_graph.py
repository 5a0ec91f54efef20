"""The picture of a run: moved and scaled by hand, and followed."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser import made
from tests.browser.api import Api
from tests.browser.conftest import OpenPage
from tests.browser.settled import settle
from tests.browser.world import World


def _graph(page: Page) -> Locator:
    settle(page)
    return page.locator("#graph")


def _do(page: Page, what: str) -> None:
    page.locator(f"[data-graph-do={what}]").click()


def _seen(graph: Locator) -> str:
    return str(graph.get_attribute("viewBox"))


def _drag(page: Page, start: Locator, dx: int, dy: int) -> None:
    box = start.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + dx, y + dy, steps=4)
    page.mouse.up()


def test_zoom__in_out_and_back_to_the_whole(world: World, look: OpenPage) -> None:
    page = look(f"/runs/{world.failed}/")
    graph, idle_map = _graph(page), page.locator("[data-minimap][data-idle]")
    _do(page, "fit")
    whole = str(graph.get_attribute("data-whole"))
    expect(graph).to_have_attribute("viewBox", whole)
    expect(idle_map).to_have_count(1)
    _do(page, "in")
    nearer = _seen(graph)
    assert float(nearer.split()[2]) < float(whole.split()[2])
    expect(idle_map).to_have_count(0)
    _do(page, "in")
    _do(page, "out")
    expect(graph).to_have_attribute("viewBox", nearer)
    _do(page, "fit")
    expect(graph).to_have_attribute("viewBox", whole)


def test_zoom__by_the_wheel_only_with_ctrl(world: World, look: OpenPage) -> None:
    page = look(f"/runs/{world.failed}/")
    graph = _graph(page)
    _do(page, "fit")
    whole = _seen(graph)
    graph.hover()
    page.mouse.wheel(0, -100)
    page.keyboard.down("Control")
    expect(graph).to_have_attribute("viewBox", whole)
    page.mouse.wheel(0, -100)
    page.keyboard.up("Control")
    expect(graph).not_to_have_attribute("viewBox", whole)


def test_pan__ends_on_a_step_without_choosing_it(world: World, look: OpenPage) -> None:
    page = look(f"/runs/{world.failed}/")
    graph, step = _graph(page), page.locator("#node-step-1")
    _do(page, "fit")
    _do(page, "in")
    before = _seen(graph)
    _drag(page, step, -60, 10)
    expect(graph).not_to_have_attribute("viewBox", before)
    expect(page.locator("#step-panel")).to_be_hidden()
    step.click()
    expect(page.locator("#step-panel .panel-title")).to_have_text("step-1")


def test_minimap__leads_to_where_it_is_pressed(world: World, look: OpenPage) -> None:
    page = look(f"/runs/{world.failed}/")
    graph = _graph(page)
    _do(page, "in")
    _do(page, "in")
    small = page.locator("[data-minimap]")
    seen = []
    for x in (3, 60):
        small.click(position={"x": x, "y": 5})
        seen.append(float(_seen(graph).split()[0]))
    assert seen[0] < seen[1]


def test_view__stays_while_the_run_goes_on(api: Api, open_page: OpenPage) -> None:
    run = made.running(api)
    page = open_page(f"/runs/{run}/")
    graph = _graph(page)
    _do(page, "in")
    before = _seen(graph)
    api.operate(run, "pause", mode="stop")
    expect(page.locator("#node-start")).to_have_class(re.compile("state-ready"))
    expect(graph).to_have_attribute("viewBox", before)


def test_follow__goes_to_the_step_that_runs(api: Api, open_page: OpenPage) -> None:
    run = api.start_until("failed", "fire-drill", steps=6, seconds=1, fail_at="step-1", fail_times=1)
    page = open_page(f"/runs/{run}/")
    graph, follow = _graph(page), page.locator("[data-graph-do=follow]")
    _do(page, "fit")
    follow.click()
    expect(follow).to_have_attribute("aria-pressed", "true")
    whole = _seen(graph)
    expect(page.locator(".live-state")).to_have_attribute("data-live-state", "live")
    api.operate(run, "retry")
    expect(graph).not_to_have_attribute("viewBox", whole)
