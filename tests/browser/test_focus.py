"""Whoever works by the keyboard stays where they are while the page follows what happens."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.acceptance.parts import eventually
from tests.browser import made
from tests.browser.api import Api
from tests.browser.conftest import OpenPage
from tests.browser.run_window import RunWindow

_TAKE = "(element) => { element.focus(); element.wasThereBefore = true; return element === document.activeElement; }"


def _focus(wanted: Locator) -> None:
    """Focus an element and mark it; again, where the page has just been drawn anew."""
    eventually(lambda: wanted.evaluate(_TAKE))


def _expect_still_focused(page: Page, wanted: Locator) -> None:
    """Expect that an element which is in the page anew has the focus of the one that it replaces."""
    expect(wanted).not_to_have_js_property("wasThereBefore", True)
    expect(wanted).to_be_focused()


def _live(page: Page) -> Page:
    expect(page.locator(".live-state")).to_have_attribute("data-live-state", "live")
    return page


def test_dashboard__link_keeps_the_focus(api: Api, open_page: OpenPage) -> None:
    run = made.running(api)
    page = _live(open_page("/"))
    link = page.locator(f'#dashboard-running a[href$="/runs/{run}/"]')
    _focus(link)
    made.running(api)
    _expect_still_focused(page, link)


@pytest.mark.parametrize("what", [".run-why summary", ".run-id + .copy"])
def test_header__what_is_no_link_keeps_the_focus(what: str, api: Api, open_page: OpenPage) -> None:
    run = made.running(api)
    window = RunWindow(_live(open_page(f"/runs/{run}/")))
    control = window.header.locator(what)
    api.operate(run, "pause", mode="drain")
    expect(window.header.locator(".run-why")).to_be_visible()
    _focus(control)
    api.operate(run, "resume")
    window.expect_state("running")
    _expect_still_focused(window.page, control)


def test_header__has_the_focus_where_its_button_is_gone(api: Api, open_page: OpenPage) -> None:
    run = made.running(api)
    window = RunWindow(_live(open_page(f"/runs/{run}/")))
    window.button("pause").focus()
    api.operate(run, "pause", mode="stop")
    window.expect_state("paused")
    expect(window.header).to_be_focused()


@pytest.mark.parametrize(
    ("tab", "fold", "what"),
    [
        ("", ".graph-list summary", '.graph-list [data-part="list:start"] a'),
        ("timeline/", ".timeline-table summary", ".timeline-table tbody a >> nth=0"),
    ],
)
def test_tab__link_in_a_part_keeps_the_focus(tab: str, fold: str, what: str, api: Api, open_page: OpenPage) -> None:
    run = made.running(api)
    page = _live(open_page(f"/runs/{run}/{tab}"))
    page.locator(fold).click()
    link = page.locator(what)
    _focus(link)
    api.operate(run, "pause", mode="stop")
    _expect_still_focused(page, link)


def test_list__box_keeps_the_focus(api: Api, open_page: OpenPage) -> None:
    run = made.running(api, live="focus")
    page = _live(open_page("/runs/?label=live:focus"))
    box = page.locator(f"#run-{run} input[name=run]")
    _focus(box)
    api.operate(run, "pause", mode="stop")
    expect(page.locator(f"#run-{run} .state-paused")).to_be_visible()
    _expect_still_focused(page, box)


def test_link_in_a_fold__is_followed_with_the_fold_open(api: Api, open_page: OpenPage) -> None:
    page = _live(open_page(f"/runs/{made.running(api)}/"))
    page.locator(".graph-list summary").click()
    link = page.locator('.graph-list [data-part="list:start"] a')
    link.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#step-panel .panel-title")).to_have_text("start")
    expect(page.locator(".graph-list")).to_have_js_property("open", True)
    expect(link).to_be_focused()
