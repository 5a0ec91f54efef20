"""How the pages behave in general: what is told stays long enough, what is shown is never told by colour alone."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser import made
from tests.browser.api import Api
from tests.browser.conftest import OpenPage
from tests.browser.settled import settle
from tests.browser.world import World

_STATES = """(states) => states.map((one) => {
  const icon = one.querySelector(".state-icon")?.textContent.trim() ?? "";
  return [one.className, icon, one.textContent.replace(icon, "").trim()];
})"""
_ASK_FOR_WHAT_IS_NOT_OFFERED = """(button) => {
  button.formAction = button.formAction.replace(/[^/]+.$/, "pause/");
  button.click();
}"""
_DRAWN_ANEW = re.compile(r"/runs/\?.*rows=")
_MOVING = "document.getAnimations().filter((one) => one.playState === 'running').length"


def _fast_forward(page: Page) -> None:
    page.clock.run_for(60_000)


def test_toast__good_news_pass_by_themselves(api: Api, open_page: OpenPage) -> None:
    page = open_page("/healthz")
    page.clock.install()
    page.goto("/start/nap/")
    page.get_by_text("Labels, priority and more").click()
    page.get_by_label("Only create it").check()
    page.get_by_role("button", name="Start", exact=True).click()
    toast = page.locator("#toasts .toast.success")
    expect(toast).to_be_visible()
    api.started.append(page.url.rstrip("/").rpartition("/")[2])
    _fast_forward(page)
    expect(toast).to_have_count(0)


def test_toast__error_stays_until_it_is_closed(world: World, open_page: OpenPage) -> None:
    page = open_page("/healthz")
    page.clock.install()
    page.goto(f"/bulk/{world.bulk}/")
    expect(page.locator(".live-state")).to_have_attribute("data-live-state", "live")
    page.clock.run_for(1_000)  # it is drawn anew once, when it has become live
    settle(page)
    page.locator("#bulk-acts button").first.evaluate(_ASK_FOR_WHAT_IS_NOT_OFFERED)
    toast = page.locator("#toasts .toast.error")
    expect(toast).to_contain_text("does not allow pause")
    _fast_forward(page)
    expect(toast).to_be_visible()
    toast.get_by_role("button", name="Close").click()
    expect(toast).to_have_count(0)


def test_list__old_rows_stay_until_new_ones_arrive(api: Api, open_page: OpenPage) -> None:
    run = made.running(api, feel="rows")
    page = open_page("/healthz")
    held: list[Route] = []
    page.route(_DRAWN_ANEW, lambda route: held.append(route))
    with page.expect_request(_DRAWN_ANEW):
        page.goto("/runs/?label=feel:rows")
    api.operate(run, "pause", mode="stop")
    expect(page.locator(f"#run-{run} .state-running")).to_be_visible()
    expect(page.locator(".skeleton:visible")).to_have_count(0)
    for route in held:
        route.continue_()
    expect(page.locator(f"#run-{run} .state-paused")).to_be_visible()


@pytest.mark.parametrize("path", ["/runs/?label=shown:world", "/runs/{0}/steps/"])
def test_state__has_an_icon_and_a_word_of_its_own(path: str, world: World, look: OpenPage) -> None:
    page = look(path.format(world.paused))
    settle(page)
    shown = page.locator("#content table .state").evaluate_all(_STATES)
    assert len(shown) > 1
    assert all(icon and word for _name, icon, word in shown)
    by_name = {name: (icon, word) for name, icon, word in shown}
    for told in zip(*by_name.values(), strict=True):
        assert len(set(told)) == len(by_name)


def test_motion__none_where_it_is_not_wanted(open_page: OpenPage) -> None:
    for motion, is_moving in (("no-preference", True), ("reduce", False)):
        page = open_page("/", reduced_motion=motion)
        settle(page)
        page.route("**/palette/**", lambda route: None)
        page.keyboard.press("Control+k")
        expect(page.locator("#palette-list .skeleton").first).to_be_visible()
        assert bool(page.evaluate(_MOVING)) is is_moving
