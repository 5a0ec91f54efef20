"""Regions that are drawn anew take nothing from who fills in a form, and say aloud only what has changed."""

import re

from playwright.sync_api import Route, expect

from tests.browser import made
from tests.browser.api import Api
from tests.browser.conftest import OpenPage
from tests.browser.settled import settle

_DRAW_ANEW = "htmx.ajax('GET', '/', {target: '#dashboard-stack', swap: 'outerHTML'})"
_COUNT = """() => {
  window.timesSaid = 0;
  const line = document.querySelector("[data-spoken-line]");
  new MutationObserver(() => window.timesSaid++).observe(line, { childList: true });
}"""


def test_comparison__is_not_taken_away_before_it_is_sent(api: Api, open_page: OpenPage) -> None:
    run = made.failed(api)
    api.operate(run, "retry")
    api.wait_for(run, "completed")
    page = open_page(f"/runs/{run}/data/?step=step-2")
    expect(page.locator(".live-state")).to_have_attribute("data-live-state", "live")
    chosen = page.locator("select[name=a]")
    chosen.focus()
    chosen.select_option("1")
    page.keyboard.press("Tab")
    expect(page.locator("select[name=b]")).to_be_focused()
    expect(page.locator(".live-state")).to_have_attribute("data-live-state", "paused")
    api.operate(run, "restart")
    page.wait_for_timeout(1500)
    expect(chosen).to_have_value("1")
    chosen.focus()
    page.locator("#content h1").click()
    expect(page.locator("#run-header .run-line .state-completed")).to_have_count(0)


def test_stack__is_spoken_of_once_when_it_changes(open_page: OpenPage) -> None:
    page = open_page("/")
    settle(page)
    line = page.locator("[data-spoken-line]")
    expect(line).to_have_text("")
    words = ""
    drawn = page.request.get("/", headers={"HX-Request": "true", "HX-Target": "dashboard-stack"}).text()

    # Without asking the portal each time: an answer that is on its way when the window closes fails the next test.
    def answer(route: Route) -> None:
        if route.request.headers.get("hx-target") != "dashboard-stack":
            route.continue_()
        else:
            body = re.sub('data-spoken="[^"]*"', f'data-spoken="{words}"', drawn)
            route.fulfill(body=body, content_type="text/html; charset=utf-8")

    page.route("**/", answer)
    page.evaluate(_COUNT)
    for words in ("Not well: broker.", "Not well: broker.", "All parts of the stack are well."):
        page.evaluate(_DRAW_ANEW)
        expect(line).to_have_text(words)
    assert page.evaluate("window.timesSaid") == 2
