"""The path of somebody who has never seen the portal: from the dashboard, without typing an id.

``VENOM_SCREENSHOTS=directory`` keeps pictures of it, for the handbook.
"""

import os
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.api import Api
from tests.browser.conftest import OpenPage
from tests.browser.run_window import RunWindow
from tests.browser.settled import settle

_OTHERS = 20
_SIZE = {"width": 1280, "height": 900}


def _camera(page: Page) -> Callable[[str], None]:
    kept_in = os.environ.get("VENOM_SCREENSHOTS")

    def take(name: str) -> None:
        settle(page)
        if kept_in:
            page.screenshot(path=Path(kept_in) / f"{name}.png", animations="disabled")

    return take


def test_failed_run__found_understood_and_retried_from_the_failing_step(api: Api, open_page: OpenPage) -> None:
    run = api.start_until("failed", "fire-drill", steps=3, seconds=0.2, width=4, fail_at="step-3", fail_times=1)
    page = open_page("/", viewport=_SIZE)
    take = _camera(page)
    concern = page.locator("#dashboard-attention li", has_text="told to fail at step-3").first
    expect(concern).to_contain_text("Fire drill")
    take("dashboard")

    concern.get_by_role("link", name="Look at the step").click()
    window = RunWindow(page)
    window.expect_state("failed")
    expect(window.header.locator(".run-error")).to_contain_text("told to fail at step-3, attempt 1 of 1")
    expect(window.panel.locator(".panel-title")).to_have_text("step-3")
    take("failed-step")

    window.ask("retry", window.panel)
    expect(window.dialog.locator(".effect-totals")).to_be_visible()
    window.dialog.get_by_label("Reason").fill("the disk is free again")
    take("retry-dialog")
    window.confirm("the disk is free again")
    window.expect_state("completed")
    page.locator(".run-tabs").get_by_role("link", name="Graph").click()
    expect(page.locator("#node-step-3.state-succeeded")).to_be_visible()
    take("retried")
    assert api.run(run)["status"] == "completed"


def test_twenty_others__paused_together(api: Api, open_page: OpenPage) -> None:
    runs = [api.start("fire-drill", steps=300, seconds=0.5, labels={"campaign": "autumn"}) for _ in range(_OTHERS)]
    page = open_page("/", viewport=_SIZE)
    take = _camera(page)
    page.locator("#dashboard-running h2 a.count").click()
    page.locator(".runs-table a.label", has_text="autumn").first.click()
    expect(page.locator(".runs-table tbody tr")).to_have_count(_OTHERS)
    settle(page)
    page.locator("[data-select-page]").check()
    pause = page.locator(".bulk-bar").get_by_role("button", name="Pause")
    expect(pause).to_contain_text(str(_OTHERS))
    take("twenty-selected")

    pause.click()
    expect(page.locator("[data-confirm]")).to_have_text(f"Pause {_OTHERS} runs")
    page.get_by_label("Reason").fill("the autumn campaign waits")
    take("bulk-preview")
    page.locator("[data-confirm]").click()
    expect(page.locator("#bulk .effect-totals")).to_contain_text(f"{_OTHERS} ")
    expect(page.locator("#bulk .bulk-line")).to_contain_text("completed", ignore_case=True)
    take("bulk-result")
    assert {api.run(run)["status"] for run in runs} == {"paused"}
