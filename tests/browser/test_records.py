"""The records are a part of the same portal: keys, palette and times as on the operators' pages, ways to and fro."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.settled import settle
from tests.browser.world import World

_RUNS = "/admin/workflows/workflow/"
_EXACT = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$")
_ZONE = {"timezone_id": "Asia/Tokyo"}


def _settled(page: Page) -> Page:
    settle(page)
    return page


@pytest.mark.parametrize("path", [_RUNS, "/admin/", "/admin/auth/user/"])
def test_palette__goes_to_a_run_from_the_records(path: str, world: World, look: OpenPage) -> None:
    page = _settled(look(path))
    page.keyboard.press("Control+k")
    expect(page.locator("#palette-input")).to_be_focused()
    page.keyboard.type(world.failed)
    expect(page.locator("#palette-list [aria-selected=true]")).to_contain_text(world.failed)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/runs/{world.failed}/")


def test_palette__asks_for_an_operation_on_the_run_of_the_record(world: World, look: OpenPage) -> None:
    page = _settled(look(f"{_RUNS}{world.failed}/change/"))
    page.keyboard.press("Control+k")
    page.keyboard.type("restart")
    expect(page.locator("#palette-list [aria-selected=true]")).to_contain_text("Restart run")
    page.keyboard.press("Enter")
    expect(page.locator("dialog.portal-dialog[open] [data-confirm]")).to_be_focused()


def test_keys__are_those_of_the_operators_pages(look: OpenPage) -> None:
    page = _settled(look(_RUNS))
    page.keyboard.press("?")
    expect(page.locator("dialog#shortcuts[open]")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.locator("#searchbar")).to_be_focused()
    page.locator("#content h1").click()
    for key in "gr":
        page.keyboard.press(key)
    page.wait_for_url("**/runs/")


def test_times__say_how_long_ago_and_exactly_in_the_chosen_zone(world: World, open_page: OpenPage) -> None:
    page = _settled(open_page(_RUNS, "admin", **_ZONE))
    listed = page.locator("#result_list time").first
    expect(listed).to_have_text(re.compile(r"ago|now"))
    expect(listed).to_have_attribute("title", re.compile("GMT\\+9"))
    page.goto(f"{_RUNS}{world.failed}/change/")
    created = page.locator(".field-shown_created_at time")
    expect(created).to_have_text(_EXACT)
    expect(created).to_have_attribute("title", re.compile("GMT\\+9, .*(ago|now)"))
    local = created.inner_text()
    switch = page.locator("[data-zone-switch]")
    switch.click()
    expect(switch).to_have_text("UTC")
    expect(created).not_to_have_text(local)
    expect(created).to_have_text(
        str(created.get_attribute("datetime")).partition("+")[0].partition(".")[0].replace("T", " ")
    )


def test_times__of_log_lines_are_exact(look: OpenPage) -> None:
    page = _settled(look("/admin/workflows/logline/"))
    expect(page.locator("#result_list time").first).to_have_text(_EXACT)


def test_step__from_its_record_to_its_panel_and_back(world: World, look: OpenPage) -> None:
    page = _settled(look(f"/admin/workflows/step/?run={world.failed}"))
    page.locator("#result_list tbody th a").first.click()
    record = page.url.partition("?")[0]
    page.get_by_role("link", name="Its page").click()
    page.wait_for_url(f"**/runs/{world.failed}/steps/?step=*")
    page.locator("#step-panel").get_by_role("link", name="In the records").click()
    page.wait_for_url(record)


def test_log_line__leads_to_itself(world: World, look: OpenPage) -> None:
    page = _settled(look(f"/admin/workflows/logline/?run={world.completed}"))
    page.get_by_role("link", name="Its page").nth(3).click()
    expect(page.locator(".log-line.is-meant")).to_be_in_viewport()
