"""What the corner says is heard, and stays for as long as somebody is at it."""

from playwright.sync_api import Page, expect

from tests.browser import made
from tests.browser.api import Api
from tests.browser.conftest import OpenPage
from tests.browser.run_window import RunWindow
from tests.browser.settled import settle
from tests.browser.world import World

_LONG = 9_000
"""Milliseconds after which good news has passed."""


def _pause(page: Page) -> RunWindow:
    window = RunWindow(page)
    window.ask("pause")
    window.confirm("for its toast")
    expect(window.toast).to_be_visible()
    return window


def test_toast__is_spoken_after_the_page_has_come(api: Api, open_page: OpenPage) -> None:
    window = _pause(open_page(f"/runs/{made.running(api)}/"))
    spoken = window.page.locator("[data-toasts-spoken]")
    expect(spoken).to_contain_text("Undo")
    expect(spoken).to_have_attribute("role", "status")


def test_toast__stays_while_the_focus_is_in_it(api: Api, open_page: OpenPage) -> None:
    page = open_page(f"/runs/{made.running(api)}/")
    page.clock.install()
    window = _pause(page)
    undo = window.toast.get_by_role("link", name="Undo")
    undo.focus()
    page.clock.run_for(_LONG)
    expect(undo).to_be_focused()
    undo.blur()
    page.clock.run_for(_LONG)
    expect(window.toast).to_have_count(0)


def test_shortcut__that_is_refused_says_why_once(world: World, open_page: OpenPage) -> None:
    window = RunWindow(open_page(f"/runs/{world.idle}/"))
    settle(window.page)
    for _ in range(2):
        window.page.keyboard.press("o")
        window.page.keyboard.press("p")
    expect(window.toast).to_have_count(1)
    expect(window.toast).to_contain_text("idle")
    window.toast.get_by_role("button", name="Close").click()
    expect(window.toast).to_have_count(0)
