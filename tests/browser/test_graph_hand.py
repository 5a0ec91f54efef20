"""The picture of a graph is moved by hand, and what is clicked on in it afterwards is clicked on."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.settled import settle
from tests.browser.world import World


@pytest.mark.parametrize(("begin", "end"), [(4, -8), (20, 32)], ids=["beside the picture", "in the picture"])
def test_pull__the_next_click_is_meant(begin: float, end: float, world: World, open_page: OpenPage) -> None:
    page = open_page(f"/runs/{world.failed}/")
    settle(page)
    page.locator("[data-graph-do=in]").click()
    before = page.locator("#graph").get_attribute("viewBox") or ""
    _pull(page, begin, end)
    expect(page.locator("#graph")).not_to_have_attribute("viewBox", before)
    expect(page.locator("#graph")).not_to_have_class(re.compile("is-panned"))
    expect(page.locator("#step-panel .panel-title")).to_have_count(0)
    page.locator("#node-step-1").click()
    expect(page.locator("#step-panel .panel-title")).to_have_text("step-1")


def _pull(page: Page, begin: float, end: float) -> None:
    """Pull at the picture, from so many pixels below its upper edge to so many."""
    picture = page.locator("#graph").bounding_box()
    assert picture
    across, top = picture["x"] + picture["width"] / 2, picture["y"]
    page.mouse.move(across, top + begin)
    page.mouse.down()
    page.mouse.move(across, top + end, steps=4)
    page.mouse.up()
