"""Two people do different things to one run at once: both are told what came of it, and one story remains."""

from playwright.sync_api import expect

from tests.browser import made
from tests.browser.api import Api
from tests.browser.conftest import OpenPage
from tests.browser.run_window import RunWindow


def _windows(open_page: OpenPage, path: str) -> list[RunWindow]:
    return [RunWindow(open_page(path, who)) for who in ("operator", "admin")]


def test_pause_against_cancel__who_cancels_looks_again_first(api: Api, open_page: OpenPage) -> None:
    run = made.running(api)
    one, other = _windows(open_page, f"/runs/{run}/")
    one.ask("pause")
    other.ask("cancel")
    one.confirm("held by the first")
    one.expect_state("paused")
    other.confirm("ended by the second")
    expect(other.dialog.get_by_role("alert").first).to_be_visible()
    assert api.run(run)["status"] == "paused"
    other.confirm("ended by the second")
    for window in (one, other):
        window.expect_state("cancelled")
    one.expect_on_record("ended by the second")
    expect(one.page.locator(".audit-table")).to_contain_text("held by the first")


def test_cancel_against_pause__who_pauses_is_refused_in_words(api: Api, open_page: OpenPage) -> None:
    run = made.running(api)
    one, other = _windows(open_page, f"/runs/{run}/")
    one.ask("cancel")
    other.ask("pause")
    one.confirm("ended by the first")
    one.expect_state("cancelled")
    other.confirm("held by the second")
    expect(other.dialog.get_by_role("alert").first).to_contain_text("cancelled")
    other.page.keyboard.press("Escape")
    other.expect_state("cancelled")
    other.expect_on_record("held by the second")


def test_retry_against_skip__who_skips_is_refused_in_words(api: Api, open_page: OpenPage) -> None:
    run = made.failed(api)
    one, other = _windows(open_page, f"/runs/{run}/?step=step-2")
    one.ask("retry")
    other.ask("skip_step", other.panel)
    one.confirm("tried again by the first")
    one.expect_state("completed")
    other.confirm("left out by the second")
    expect(other.dialog.get_by_role("alert").first).to_contain_text("completed")
    other.page.keyboard.press("Escape")
    other.expect_state("completed")
    assert api.step(run, "step-2")["status"] == "succeeded"


def test_skip_against_retry__one_after_the_other_and_both_on_record(api: Api, open_page: OpenPage) -> None:
    run = made.failed(api)
    one, other = _windows(open_page, f"/runs/{run}/?step=step-2")
    one.ask("skip_step", one.panel)
    other.ask("retry", other.panel)
    one.confirm("left out by the first")
    expect(one.panel.locator(".state-skipped").first).to_be_visible()
    other.confirm("tried again by the second")
    for window in (one, other):
        window.expect_state("completed")
    one.expect_on_record("tried again by the second")
    expect(one.page.locator(".audit-table")).to_contain_text("left out by the first")
