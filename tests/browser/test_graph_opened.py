"""The picture of a run: opened where it fans out, and looked at as it was before."""

import re

from playwright.sync_api import expect

from tests.browser.api import Api
from tests.browser.conftest import OpenPage
from tests.browser.settled import settle
from tests.browser.world import World


def test_fan_out__opened_an_item_chosen_and_closed(world: World, look: OpenPage) -> None:
    page = look(f"/runs/{world.failed}/")
    settle(page)
    page.get_by_role("link", name="Items of work: 3").click()
    items = page.locator(".graph-items")
    expect(items.locator(".item.state-succeeded")).to_have_count(3)
    items.get_by_role("link", name="1 succeeded").click()
    expect(page.locator("#step-panel .panel-title")).to_have_text("work[1]")
    expect(items.locator("[aria-current=true]")).to_have_count(1)
    items.get_by_role("link", name="Hide the items").click()
    expect(items).to_have_count(0)


def test_fan_out__of_many_is_shown_in_pages(api: Api, look: OpenPage) -> None:
    run = api.start("fire-drill", steps=0, seconds=0, width=230)
    api.wait_for_step(run, "work", "running", "succeeded")
    page = look(f"/runs/{run}/?open=work")
    items = page.locator(".graph-items .item")
    expect(items).to_have_count(200)
    page.get_by_role("link", name="Later items").click()
    expect(items).to_have_count(30)
    page.get_by_role("link", name="Earlier items").click()
    expect(items).to_have_count(200)


def test_scrubber__shows_the_run_as_it_was_and_leads_back_to_now(world: World, look: OpenPage) -> None:
    page = look(f"/runs/{world.failed}/")
    words = page.locator("#scrub-words")
    settle(page)
    page.get_by_label("As it was after event").fill("1")
    expect(words.locator("strong")).to_have_text("1")
    expect(page.locator("#node-step-2")).to_have_class(re.compile("state-pending"))
    page.wait_for_url("**at=1")
    page.get_by_role("link", name="The next event").click()
    expect(words.locator("strong")).to_have_text("2")
    page.get_by_role("link", name="The event before").click()
    expect(words.locator("strong")).to_have_text("1")
    page.get_by_role("link", name="Back to now").click()
    expect(page.locator("#node-step-2")).to_have_class(re.compile("state-failed"))
    expect(words).to_contain_text("now, after")
