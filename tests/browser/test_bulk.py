"""Many runs at once: chosen by hand, by a range or by a filter, and done."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import made
from tests.browser.api import Api
from tests.browser.conftest import OpenPage
from tests.browser.settled import settle
from tests.browser.world import World

_CASES: dict[str, tuple[Callable[..., str], str]] = {
    "Resume": (made.paused, "running"),
    "Retry": (made.failed, "completed"),
    "Cancel": (made.running, "cancelled"),
}

_FAILED_IN_THE_WORLD = re.compile(r"/runs/\?(?=.*status=failed)(?=.*shown(:|%3A)world)")


def _idle(api: Api, number: int, label: str) -> list[str]:
    return [api.start("nap", seconds=0, begin=False, labels={"bulk": label}) for _ in range(number)]


def _list(open_page: OpenPage, label: str, more: str = "") -> Page:
    page = open_page(f"/runs/?label=bulk:{label}{more}")
    settle(page)
    return page


def _button(page: Page, name: str) -> Locator:
    return page.locator(".bulk-bar").get_by_role("button", name=re.compile(f"^{name}"))


def _expect_result(page: Page, words: str) -> None:
    expect(page.locator("#bulk .bulk-line")).to_contain_text("completed")
    expect(page.locator("#bulk .effect-totals")).to_have_text(re.compile(words))


@pytest.mark.parametrize("name", _CASES)
def test_bulk__done_to_the_runs_that_are_ticked(name: str, api: Api, open_page: OpenPage) -> None:
    make, state = _CASES[name]
    runs = [make(api, bulk=name) for _ in range(2)]
    page = _list(open_page, name)
    page.locator("[data-select-page]").check()
    _button(page, name).click()
    page.get_by_label("Reason").fill(f"{name} them")
    page.locator("[data-confirm]").click()
    _expect_result(page, r"^\W*2 ")
    for run in runs:
        api.wait_for(run, state)
    page.locator(".column-run a").first.click()
    page.locator(".run-tabs").get_by_role("link", name="Audit").click()
    expect(page.locator("#run-tab")).to_contain_text(f"{name} them")


def test_shift__takes_the_range_and_gives_it_back(world: World, look: OpenPage) -> None:
    page = look("/runs/?label=shown:world")
    settle(page)
    boxes = page.locator("input[name=run]")
    boxes.nth(1).check()
    boxes.nth(3).click(modifiers=["Shift"])
    expect(page.locator("input[name=run]:checked")).to_have_count(3)
    expect(_button(page, "Pause")).to_have_text("Pause 3")
    boxes.nth(2).click(modifiers=["Shift"])
    expect(page.locator("input[name=run]:checked")).to_have_count(1)
    page.get_by_role("button", name="Select none").click()
    expect(_button(page, "Pause")).to_be_disabled()


def test_all_that_match__also_those_on_other_pages(api: Api, open_page: OpenPage) -> None:
    runs = _idle(api, 27, "all")
    page = _list(open_page, "all", "&size=25")
    page.locator("[data-select-page]").check()
    expect(_button(page, "Start")).to_have_text("Start 25")
    page.get_by_role("button", name="Select all 27 that match").click()
    expect(_button(page, "Start")).to_have_text("Start 27")
    _button(page, "Start").click()
    expect(page.get_by_label("Filters")).to_contain_text("bulk:all")
    expect(page.get_by_role("link", name="Back to the list")).to_have_attribute("href", re.compile("bulk%3Aall"))
    page.locator("[data-confirm]").click()
    _expect_result(page, r"^\W*27 ")
    for run in runs:
        api.wait_for(run, "completed")


def test_way_back__keeps_the_filter(world: World, look: OpenPage) -> None:
    page = look("/runs/?status=failed&label=shown:world")
    settle(page)
    page.locator("[data-select-page]").check()
    _button(page, "Retry").click()
    page.get_by_role("link", name="Back to the list").click()
    page.wait_for_url(_FAILED_IN_THE_WORLD)
    expect(page.locator(".runs-table tbody tr")).to_have_count(1)
