"""Choosing runs in the list, for what is done to many of them."""

from playwright.sync_api import expect

from tests.browser import made
from tests.browser.api import Api
from tests.browser.conftest import OpenPage


def test_take_all__counts_what_has_come_since_the_page(api: Api, open_page: OpenPage) -> None:
    made.running(api, chosen="yes")
    page = open_page("/runs/?label=chosen:yes")
    expect(page.locator(".live-state")).to_have_attribute("data-live-state", "live")
    api.start("nap", seconds=0, labels={"chosen": "yes"})
    expect(page.locator(".new-runs")).to_contain_text("1")
    page.locator("[data-select-page]").check()
    page.get_by_role("button", name="Select all 2 that match").click()
    expect(page.locator("[data-selected-count]")).to_have_text("all 2 that match")
    expect(page.locator("[data-bulk-button]").first).to_have_text("Pause 2")
