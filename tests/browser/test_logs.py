"""The log of a run: filtered, searched, paged, linked to, and taken along as a file."""

import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.browser.api import Api
from tests.browser.conftest import OpenPage
from tests.browser.settled import settle
from tests.browser.world import World

_WARNING = "a warning with arguments"


def _lines(page: Page) -> Locator:
    return page.locator("[data-log] .log-line")


def _narrow(page: Page, *, level: str = "", text: str = "") -> None:
    page.get_by_label("Level").select_option(level)
    page.get_by_label("Search").fill(text)
    page.get_by_role("button", name="Show").click()


def test_level__leaves_what_is_as_grave_or_graver(world: World, look: OpenPage) -> None:
    page = look(f"/runs/{world.completed}/logs/")
    expect(_lines(page).nth(30)).to_be_attached()
    _narrow(page, level="30")
    expect(_lines(page)).to_have_count(1)
    expect(_lines(page)).to_contain_text(_WARNING)
    page.get_by_role("link", name="Clear filters").click()
    expect(_lines(page).nth(30)).to_be_attached()


def test_search__finds_lines_and_says_when_there_are_none(world: World, look: OpenPage) -> None:
    page = look(f"/runs/{world.completed}/logs/")
    _narrow(page, text="line 17")
    expect(_lines(page)).to_have_count(1)
    expect(page.get_by_label("Search")).to_have_value("line 17")
    _narrow(page, text="no line says this")
    expect(page.locator("#run-tab .empty")).to_contain_text("No line fits the filters")
    page.locator("#run-tab .empty").get_by_role("link", name="Clear filters").click()
    expect(_lines(page).nth(30)).to_be_attached()


def test_search__lets_the_selected_step_stay(world: World, look: OpenPage) -> None:
    page = look(f"/runs/{world.completed}/logs/?step=talk")
    _narrow(page, text="line 17")
    expect(_lines(page)).to_have_count(1)
    expect(page.locator("#step-panel .panel-title")).to_have_text("talk")


def test_download__has_the_lines_that_fit_the_filters(world: World, look: OpenPage) -> None:
    page = look(f"/runs/{world.completed}/logs/")
    _narrow(page, level="30")
    expect(_lines(page)).to_have_count(1)
    with page.expect_download() as found:
        page.get_by_role("link", name="Download").click()
    lines = Path(found.value.path()).read_text().splitlines()
    assert found.value.suggested_filename == f"{world.completed}.log"
    assert len(lines) == 1
    assert "WARNING talk #1" in lines[0]
    assert _WARNING in lines[0]


def test_line__has_an_address_that_leads_to_it(world: World, look: OpenPage) -> None:
    page = look(f"/runs/{world.completed}/logs/")
    page.locator("#L5 .log-number").click()
    page.wait_for_url("**line=5#L5")
    address = page.url
    page = look("/runs/")
    page.goto(address)
    line = page.locator("#L5")
    expect(line).to_have_class(re.compile("is-meant"))
    expect(line).to_be_in_viewport()
    expect(page.locator(".log-line.is-meant")).to_have_count(1)


def test_long_log__is_read_backwards_and_forwards(api: Api, look: OpenPage) -> None:
    run = api.start_until("completed", "talkative", lines=350)
    page = look(f"/runs/{run}/logs/")
    settle(page)
    expect(_lines(page).last).to_contain_text("line 349")
    page.get_by_role("link", name="Earlier lines").click()
    expect(_lines(page).first).to_contain_text("hello from print")
    page.get_by_role("link", name="Later lines").click()
    expect(_lines(page).first).not_to_contain_text("hello from print")
    page.get_by_role("link", name="Newest lines").click()
    expect(_lines(page).last).to_contain_text("line 349")


def test_wrapping__is_switched(world: World, look: OpenPage) -> None:
    page = look(f"/runs/{world.completed}/logs/")
    settle(page)
    expect(page.locator("[data-log]")).to_have_class(re.compile("wraps"))
    page.get_by_role("link", name="Do not wrap lines").click()
    expect(page.locator("[data-log]")).not_to_have_class(re.compile("wraps"))
    page.get_by_role("link", name="Wrap lines").click()
    expect(page.locator("[data-log]")).to_have_class(re.compile("wraps"))


def test_download__without_a_filter_has_every_line(world: World, look: OpenPage) -> None:
    page = look(f"/runs/{world.completed}/logs/")
    with page.expect_download() as found:
        page.get_by_role("link", name="Download").click()
    assert len(Path(found.value.path()).read_text().splitlines()) == _lines(page).count()
