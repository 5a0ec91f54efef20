"""Pages follow what happens without being loaded again, hold still for who works, and say when they are stale."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from xmlrpc.client import ServerProxy

import pytest
from playwright.sync_api import Locator, Page, expect
from supervisor.xmlrpc import SupervisorTransport

from tests.acceptance.running import RunningPortal
from tests.browser import made
from tests.browser.api import Api
from tests.browser.conftest import OpenPage
from tests.browser.run_window import RunWindow

_WEB = "portal:web"
_A_LINE = 40
"""Pixels, at most."""


def _live_state(page: Page) -> Locator:
    return page.locator(".live-state")


@contextmanager
def _not_loaded_again(page: Page) -> Iterator[None]:
    """Expect the page to be live, and to stay the same page."""
    expect(_live_state(page)).to_have_attribute("data-live-state", "live")
    page.evaluate("window.sameAsBefore = true")
    yield
    assert page.evaluate("window.sameAsBefore") is True


def test_run__header_graph_title_and_icon_follow(api: Api, open_page: OpenPage) -> None:
    run = made.running(api)
    window = RunWindow(open_page(f"/runs/{run}/"))
    page = window.page
    with _not_loaded_again(page):
        expect(page.locator("#node-start")).to_have_class(re.compile("state-running"))
        api.operate(run, "pause", mode="stop")
        window.expect_state("paused")
        expect(page.locator("#node-start")).to_have_class(re.compile("state-ready"))
        expect(page).to_have_title(re.compile("^paused", re.IGNORECASE))
        expect(page.locator("[data-run-icon]")).to_have_attribute("href", re.compile("run-paused"))
        expect(page.locator("[data-run-changes]")).to_contain_text(re.compile("paused", re.IGNORECASE))
        expect(window.button("resume")).to_be_visible()


@pytest.mark.parametrize("tab", ["steps", "timeline", "events", "audit", "data"])
def test_run__every_tab_follows(tab: str, api: Api, open_page: OpenPage) -> None:
    run = made.running(api)
    page = open_page(f"/runs/{run}/{tab}/?step=start")
    with _not_loaded_again(page):
        shown = page.locator("#run-tab").inner_html()
        panel = page.locator("#step-panel .state-cancelled, #step-panel .state-interrupted")
        api.operate(run, "cancel", reason="to be seen")
        expect(panel.first).to_be_visible()
        if tab != "data":  # what the step was given and gave is as it was
            expect(page.locator("#run-tab")).not_to_have_js_property("innerHTML", shown)


def test_list__row_changes_where_it_stands_and_new_ones_are_only_counted(api: Api, open_page: OpenPage) -> None:
    older, newer = (made.running(api, live="rows") for _ in range(2))
    page = open_page("/runs/?label=live:rows")
    rows = page.locator(".runs-table tbody tr")
    with _not_loaded_again(page):
        api.operate(older, "pause", mode="stop")
        expect(page.locator(f"#run-{older} .state-paused")).to_be_visible()
        api.start("nap", seconds=0, labels={"live": "rows"})
        expect(page.locator(".new-runs")).to_contain_text("1")
        assert [row.get_attribute("id") for row in rows.all()] == [f"run-{newer}", f"run-{older}"]
    page.locator(".new-runs a").click()
    expect(rows).to_have_count(3)


def test_list__stands_still_while_runs_are_ticked(api: Api, open_page: OpenPage) -> None:
    run, other = (made.running(api, live="ticked") for _ in range(2))
    page = open_page("/runs/?label=live:ticked")
    with _not_loaded_again(page):
        tick = page.locator(f"#run-{other} input[name=run]")
        tick.check()
        api.operate(run, "pause", mode="stop")
        expect(_live_state(page)).to_have_attribute("data-live-state", "paused")
        expect(page.locator(f"#run-{run} .state-running")).to_be_visible()
        tick.uncheck()
        expect(page.locator(f"#run-{run} .state-paused")).to_be_visible()


def test_run__stands_still_while_a_dialog_is_open(api: Api, open_page: OpenPage) -> None:
    run = made.running(api)
    window = RunWindow(open_page(f"/runs/{run}/"))
    with _not_loaded_again(window.page):
        window.ask("cancel")
        api.operate(run, "pause", mode="stop")
        expect(_live_state(window.page)).to_have_attribute("data-live-state", "paused")
        window.expect_state("running")
        window.page.keyboard.press("Escape")
        window.expect_state("paused")


def test_page__stands_still_for_as_long_as_its_reader_wants(api: Api, open_page: OpenPage) -> None:
    run = made.running(api)
    window = RunWindow(open_page(f"/runs/{run}/"))
    with _not_loaded_again(window.page):
        hold = window.page.get_by_role("button", name="Hold still")
        hold.click()
        api.operate(run, "pause", mode="stop")
        expect(_live_state(window.page)).to_have_text("held still")
        window.ask("cancel")
        window.page.keyboard.press("Escape")
        window.expect_state("running")
        hold.click()
        window.expect_state("paused")


def test_log__follows_until_somebody_scrolls_up(api: Api, open_page: OpenPage) -> None:
    page = open_page(f"/runs/{api.start('drip', lines=3000)}/logs/")
    log, words = page.locator("[data-log]"), page.locator("[data-log-words]")
    for lines in (60, 120):
        expect(log.locator("li").nth(lines)).to_be_attached()
        assert log.evaluate("(log) => log.scrollHeight - log.scrollTop - log.clientHeight") < _A_LINE
    log.evaluate("(log) => { log.scrollTop = 0; }")
    expect(words).to_contain_text("Paused")
    assert log.evaluate("(log) => log.scrollTop") == 0
    page.locator("[data-log-resume]").click()
    expect(words).to_contain_text("Following")
    assert log.evaluate("(log) => log.scrollTop") > 0


def test_stale__said_since_when_and_mended_by_itself(portal: RunningPortal, api: Api, open_page: OpenPage) -> None:
    run = made.running(api)
    window = RunWindow(open_page(f"/runs/{run}/"))
    with _not_loaded_again(window.page):
        with _supervisor(portal.data_dir) as supervisor:
            supervisor.stopProcess(_WEB)
            try:
                expect(_live_state(window.page)).to_contain_text(re.compile(r"stale since \d\d:\d\d"))
            finally:
                supervisor.startProcess(_WEB, False)
                portal.wait_until_ready(seconds=60)
        expect(_live_state(window.page)).to_have_attribute("data-live-state", re.compile("live|polling"))
        api.operate(run, "pause", mode="stop")
        window.expect_state("paused")


def test_polling__takes_over_where_streams_are_blocked(api: Api, open_page: OpenPage) -> None:
    run = made.running(api)
    page = open_page("/healthz")
    page.context.route("**/events/stream**", lambda route: route.abort())
    page.goto(f"/runs/{run}/")
    expect(_live_state(page)).to_have_attribute("data-live-state", "polling")
    api.operate(run, "pause", mode="stop")
    RunWindow(page).expect_state("paused")


@contextmanager
def _supervisor(data_dir: Path) -> Iterator[Any]:
    transport = SupervisorTransport(serverurl=f"unix://{data_dir / 'control.sock'}")
    with ServerProxy("http://127.0.0.1", transport=transport) as proxy:
        yield proxy.supervisor
