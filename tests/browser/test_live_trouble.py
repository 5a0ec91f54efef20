"""Pages go on where streams are blocked, behind other tabs, while they are held, and when the session is over."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Request, expect

from tests.browser import made
from tests.browser.api import Api
from tests.browser.conftest import OpenPage
from tests.browser.run_window import RunWindow
from tests.browser.settled import until

_STREAM = "**/events/stream**"
_A_MOMENT = 400
"""Milliseconds, for what must not come: more than an answer takes."""


def _expect_live(page: Page, state: str = "live") -> None:
    expect(page.locator(".live-state")).to_have_attribute("data-live-state", state)


def _at(open_page: OpenPage, path: str, state: str = "live", **options: Any) -> Page:
    """Open a live page whose clock can be put forward."""
    page = open_page("/healthz", **options)
    page.clock.install()
    page.goto(path)
    _expect_live(page, state)
    return page


def _turn(page: Page, *, is_hidden: bool) -> None:
    """Put the tab behind others, or before them; the browser of the tests shows all of its tabs."""
    page.evaluate(
        """(isHidden) => {
          Object.defineProperty(document, "hidden", { configurable: true, get: () => isHidden });
          document.dispatchEvent(new Event("visibilitychange"));
        }""",
        is_hidden,
    )


def _mark(page: Page, *selectors: str) -> None:
    for selector in selectors:
        page.locator(selector).evaluate("(element) => { element.isOld = true; }")


def _expect_redrawn(page: Page, selector: str) -> None:
    expect(page.locator(selector)).not_to_have_js_property("isOld", True)


def test_polling__goes_on_when_the_tab_was_behind_others(api: Api, open_page: OpenPage) -> None:
    run = made.running(api)
    page = open_page("/healthz")
    page.context.route(_STREAM, lambda route: route.abort())
    page.goto(f"/runs/{run}/")
    _expect_live(page, "polling")
    _turn(page, is_hidden=True)
    _turn(page, is_hidden=False)
    api.operate(run, "pause", mode="stop")
    RunWindow(page).expect_state("paused")


def test_polling__takes_over_where_a_stream_never_answers(api: Api, open_page: OpenPage) -> None:
    run = made.running(api)
    page = open_page("/healthz")
    page.context.route(_STREAM, lambda route: None)
    page.clock.install()
    page.goto(f"/runs/{run}/")
    _expect_live(page, "connecting")
    page.clock.fast_forward(15_000)
    _expect_live(page, "polling")


def test_title_and_icon__follow_behind_other_tabs(api: Api, open_page: OpenPage) -> None:
    run = made.running(api)
    page = _at(open_page, f"/runs/{run}/")
    _turn(page, is_hidden=True)
    api.operate(run, "pause", mode="stop")
    page.clock.fast_forward(30_000)
    expect(page).to_have_title(re.compile("^paused", re.IGNORECASE))
    expect(page.locator("[data-run-icon]")).to_have_attribute("href", re.compile("run-paused"))


def test_run__shows_that_time_passes(api: Api, open_page: OpenPage) -> None:
    page = _at(open_page, f"/runs/{made.running(api)}/timeline/")
    age = page.locator(".run-phase time")
    expect(age).to_have_text(re.compile(r"^\d+ sec$"))
    _mark(page, "#run-header", "[data-part=live]")
    page.clock.fast_forward(65_000)
    expect(age).to_have_text(re.compile("^1 min"))
    _expect_redrawn(page, "#run-header")
    _expect_redrawn(page, "[data-part=live]")


def test_held_page__does_not_ask_by_the_clock(open_page: OpenPage) -> None:
    page = _at(open_page, "/")
    hold = page.get_by_role("button", name="Hold still")
    hold.click()
    regions = ("#dashboard-stack", "#dashboard-workers", "#dashboard-attention")
    _mark(page, *regions)
    time = page.locator("#dashboard-trail time").first
    said = time.text_content() or ""
    page.clock.fast_forward(120_000)
    page.wait_for_timeout(_A_MOMENT)
    for region in regions:
        expect(page.locator(region)).to_have_js_property("isOld", True)
    expect(time).to_have_text(said)
    hold.click()
    for region in regions[1:]:
        _expect_redrawn(page, region)


def test_held_page__keeps_back_what_is_on_its_way(api: Api, open_page: OpenPage) -> None:
    run = made.running(api)
    page = open_page(f"/runs/{run}/")
    window = RunWindow(page)
    _expect_live(page)
    hold = page.get_by_role("button", name="Hold still")
    with page.expect_request(lambda request: request.headers.get("hx-target") == "run-header"):
        # The answer comes later than the page is held.
        page.evaluate(
            """() => document.body.addEventListener("htmx:beforeSend", () => {
              document.querySelector("[data-live-hold]").click();
            }, { once: true })"""
        )
        api.operate(run, "pause", mode="stop")
    expect(hold).to_have_attribute("aria-pressed", "true")
    page.wait_for_timeout(_A_MOMENT)
    window.expect_state("running")
    hold.click()
    window.expect_state("paused")


def test_log__says_when_the_run_is_over_and_follows_it_when_it_is_restarted(api: Api, open_page: OpenPage) -> None:
    run = api.start("drip", lines=30)
    page = open_page(f"/runs/{run}/logs/")
    words, lines = page.locator("[data-log-words]"), page.locator("[data-log] li")
    expect(words).to_contain_text("Following")
    expect(words).to_contain_text("The run is over")
    expect(lines).to_have_count(30)
    api.operate(run, "restart")
    api.operate(run, "start")
    expect(words).to_contain_text("Following")
    expect(words).to_contain_text("The run is over")
    expect(lines).to_have_count(60)


def _asks_of_log(page: Page) -> list[str]:
    asked: list[str] = []

    def note(request: Request) -> None:
        if request.headers.get("hx-target") == "log-new":
            asked.append(request.url)

    page.on("request", note)
    return asked


@pytest.mark.parametrize("streams", [True, False])
def test_log__is_asked_for_by_the_clock_only_without_streams(api: Api, open_page: OpenPage, *, streams: bool) -> None:
    run = made.running(api)
    page = open_page("/healthz")
    if not streams:
        page.context.route(_STREAM, lambda route: route.abort())
    page.clock.install()
    page.goto(f"/runs/{run}/logs/")
    _expect_live(page, "live" if streams else "polling")
    page.wait_for_timeout(_A_MOMENT)
    asked = _asks_of_log(page)
    page.clock.fast_forward(10_000)
    if not streams:
        until(page, lambda: asked)
    page.wait_for_timeout(_A_MOMENT)
    assert bool(asked) is not streams


def test_session_over__leads_to_the_login_and_back(api: Api, open_page: OpenPage) -> None:
    run = made.running(api)
    page = open_page(f"/runs/{run}/steps/")
    _expect_live(page)
    page.context.clear_cookies()
    api.operate(run, "pause", mode="stop")
    page.wait_for_url(f"**/login/?next=/runs/{run}/steps/")
    expect(page.locator("#id_username")).to_be_visible()


def test_session_over__is_found_by_a_link_inside_the_page(api: Api, open_page: OpenPage) -> None:
    page = open_page(f"/runs/{made.running(api)}/steps/")
    _expect_live(page)
    page.context.clear_cookies()
    page.locator(".steps-table a").first.click()
    page.wait_for_url("**/login/?next=/runs/**")


def test_session_over__is_found_by_polling(api: Api, open_page: OpenPage) -> None:
    run = made.running(api)
    page = open_page("/healthz")
    page.context.route(_STREAM, lambda route: route.abort())
    page.goto(f"/runs/{run}/")
    _expect_live(page, "polling")
    page.context.clear_cookies()
    page.wait_for_url(f"**/login/?next=/runs/{run}/")


def test_stale__is_tried_anew_when_its_reader_wants(api: Api, open_page: OpenPage) -> None:
    page = open_page("/healthz")
    page.context.route("**/events/**", lambda route: route.abort())
    page.goto(f"/runs/{made.running(api)}/")
    _expect_live(page, "stale")
    retry = page.get_by_role("button", name="Try now")
    page.context.unroute("**/events/**")
    page.clock.install()
    page.clock.pause_at(page.evaluate("Date.now() + 1000"))
    retry.focus()
    page.keyboard.press("Enter")
    _expect_live(page)
    expect(retry).to_be_hidden()
    expect(page.get_by_role("button", name="Hold still")).to_be_focused()
