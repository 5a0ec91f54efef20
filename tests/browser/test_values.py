"""What a run took and gave: folded, copied, compared between attempts, and printed."""

import json
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import made
from tests.browser.api import Api
from tests.browser.conftest import OpenPage
from tests.browser.settled import settle
from tests.browser.world import World

_CLIPBOARD = {"permissions": ["clipboard-read", "clipboard-write"]}


def _clipboard(page: Page) -> str:
    return str(page.evaluate("navigator.clipboard.readText()"))


def _compare(page: Page, first: int, second: int) -> None:
    page.locator(".compare select[name=a]").select_option(str(first))
    page.locator(".compare select[name=b]").select_option(str(second))
    page.get_by_role("button", name="Compare").click()


def test_json__folds_and_unfolds(world: World, look: OpenPage) -> None:
    page = look(f"/runs/{world.failed}/data/")
    tree = page.locator("#text-input .json-tree")
    expect(tree).to_contain_text('"fail_at": "step-2"')
    tree.locator("summary").first.click()
    expect(tree.get_by_text('"fail_at"')).to_be_hidden()
    tree.locator("summary").first.press("Enter")
    expect(tree.get_by_text('"fail_at"')).to_be_visible()


def test_json__copied_is_the_value_also_where_it_is_folded(world: World, api: Api, look: OpenPage) -> None:
    page = look(f"/runs/{world.failed}/data/", **_CLIPBOARD)
    settle(page)
    page.locator("#text-input summary").first.click()
    copy = page.locator(".value", has=page.locator("#text-input")).get_by_role("button")
    copy.click()
    expect(copy).to_have_text("Copied")
    assert json.loads(_clipboard(page)) == api.run(world.failed)["input"]
    expect(copy).to_have_text("Copy")


def test_id__copied_from_the_header(world: World, look: OpenPage) -> None:
    page = look(f"/runs/{world.failed}/", **_CLIPBOARD)
    settle(page)
    copy = page.locator("#run-header .run-line").get_by_role("button")
    copy.click()
    expect(copy).to_have_text("Copied")
    assert _clipboard(page) == world.failed


def test_command__copied_from_the_dialog(world: World, look: OpenPage) -> None:
    page = look(f"/runs/{world.failed}/", **_CLIPBOARD)
    settle(page)
    page.locator('#run-header a[data-operation="retry"]').click()
    ways = page.locator("dialog[open] .other-ways")
    ways.locator("summary").click()
    ways.get_by_role("button", name="Copy").first.click()
    expect(ways.get_by_role("button", name="Copied")).to_be_visible()
    assert world.failed in _clipboard(page)


def test_compare__failed_attempt_with_the_one_that_succeeded(api: Api, open_page: OpenPage) -> None:
    run = made.failed(api)
    api.operate(run, "retry")
    api.wait_for(run, "completed")
    page = open_page(f"/runs/{run}/data/?step=step-2")
    _compare(page, 1, 2)
    expect(page.locator(".diff .diff-less").filter(has_text="told to fail at step-2")).to_have_count(1)
    expect(page.locator(".diff .diff-more").filter(has_text='"error": null')).to_have_count(1)
    _compare(page, 2, 2)
    expect(page.locator("#run-tab")).to_contain_text("is the same")


def test_compare__outputs_of_both_generations(api: Api, open_page: OpenPage) -> None:
    run = api.start_until("completed", "careful")
    api.operate(run, "restart")
    api.operate(run, "start")
    api.wait_for(run, "completed")
    page = open_page(f"/runs/{run}/data/?step=resume-from-checkpoint")
    options = page.locator(".compare select[name=a] option", has_text="succeeded")
    numbers = [int(str(option.get_attribute("value"))) for option in options.all()]
    expect(options.first).to_contain_text("generation 2")
    expect(options.last).to_contain_text("generation 1")
    _compare(page, numbers[-1], numbers[0])
    for kind in ("less", "more"):
        expect(page.locator(f".diff .diff-{kind}").filter(has_text=re.compile(r'"\S+"')).first).to_be_visible()


@pytest.mark.parametrize("tab", ["graph", "steps", "logs", "data"])
def test_print__shows_what_was_and_nothing_to_press(tab: str, world: World, look: OpenPage) -> None:
    page = look(f"/runs/{world.failed}/{tab}/?step=step-2")
    settle(page)
    page.emulate_media(media="print")
    try:
        expect(page.locator("#run-header .run-line")).to_be_visible()
        expect(page.locator("#run-tab")).to_be_visible()
        expect(page.locator("#step-panel .panel-title")).to_be_visible()
        for pressed in ("#header", "#toasts", ".operation-bar", ".run-tabs", ".run-links", ".copy"):
            expect(page.locator(f"{pressed}:visible")).to_have_count(0)
    finally:
        page.emulate_media(media="null")


def test_print__has_the_whole_graph_and_gives_the_view_back(world: World, look: OpenPage) -> None:
    page = look(f"/runs/{world.failed}/")
    settle(page)
    graph = page.locator("#graph")
    page.locator("[data-graph-do=in]").click()
    before = str(graph.get_attribute("viewBox"))
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(graph).to_have_attribute("viewBox", str(graph.get_attribute("data-whole")))
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(graph).to_have_attribute("viewBox", before)
