"""An operation on many runs: looked at beforehand, held, ended, and done again where it was refused."""

import re

from playwright.sync_api import Page, expect

from tests.acceptance.running import RunningPortal
from tests.browser import made
from tests.browser.api import Api
from tests.browser.conftest import OpenPage
from tests.browser.settled import settle
from tests.browser.stopped import WORKS, stopped


def _idle(api: Api, number: int, label: str) -> list[str]:
    return [api.start("nap", seconds=0, begin=False, labels={"steered": label}) for _ in range(number)]


def _asked(open_page: OpenPage, label: str, operation: str) -> Page:
    """Ask what an operation would do to all runs with a label."""
    page = open_page(f"/runs/?label=steered:{label}")
    settle(page)
    page.locator("[data-select-page]").check()
    page.locator(".bulk-bar").get_by_role("button", name=re.compile(f"^{operation}")).click()
    return page


def _expect_result(page: Page, words: str) -> None:
    expect(page.locator("#bulk .bulk-line")).to_contain_text("completed")
    expect(page.locator("#bulk .effect-totals")).to_have_text(re.compile(words))


def test_refused_part__is_said_and_done_again(api: Api, open_page: OpenPage) -> None:
    idle, paused = api.start("nap", begin=False, labels={"steered": "again"}), made.paused(api, steered="again")
    page = _asked(open_page, "again", "Resume")
    expect(page.locator(".effect-totals")).to_contain_text("1")
    page.locator("[data-confirm]").click()
    _expect_result(page, "1.*1")
    first = page.url
    page.get_by_role("navigation", name="Results").get_by_role("link", name="refused").click()
    expect(page.locator("#bulk tbody tr")).to_have_count(1)
    page.get_by_role("button", name="Retry what was refused").click()
    page.wait_for_url(lambda url: "/bulk/" in url and first not in url)
    expect(page.get_by_role("link", name="the failed part of another one")).to_be_visible()
    _expect_result(page, r"^\W*1 ")
    assert [api.run(run)["status"] for run in (idle, paused)] == ["idle", "running"]


def test_dry_run__looks_at_each_then_does_it(api: Api, open_page: OpenPage) -> None:
    runs = _idle(api, 2, "look")
    page = _asked(open_page, "look", "Start")
    page.get_by_label("Reason").fill("looked at before")
    page.get_by_role("button", name="Dry run: look at each").click()
    _expect_result(page, r"^\W*2 ")
    assert {api.run(run)["status"] for run in runs} == {"idle"}
    page.get_by_role("button", name="Do it").click()
    expect(page.get_by_label("Reason")).to_have_value("looked at before")
    page.locator("[data-confirm]").click()
    for run in runs:
        api.wait_for(run, "completed")


def test_steering__held_let_go_and_ended_before_anybody_has_come_to_it(
    portal: RunningPortal, api: Api, open_page: OpenPage
) -> None:
    runs = _idle(api, 2, "steer")
    with stopped(portal, *WORKS):
        page = _asked(open_page, "steer", "Start")
        page.locator("[data-confirm]").click()
        line = page.locator("#bulk .bulk-line")
        for act, state in (
            ("Pause the bulk operation", "paused"),
            ("Go on with it", "running"),
            ("Cancel the rest", "cancelled"),
        ):
            page.get_by_role("button", name=act).click()
            expect(line).to_contain_text(state)
            expect(page.locator("#toasts")).to_contain_text(state)
    assert {api.run(run)["status"] for run in runs} == {"idle"}
    page.get_by_role("button", name="Retry what was refused").click()
    for run in runs:
        api.wait_for(run, "completed")
    _expect_result(page, r"^\W*2 ")
