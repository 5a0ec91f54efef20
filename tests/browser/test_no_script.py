"""Without JavaScript everything is done by plain forms, and each answer says what came of it."""

import re
from collections.abc import Callable
from typing import NamedTuple

import pytest
from playwright.sync_api import Page, expect

from tests.browser import made
from tests.browser.api import Api
from tests.browser.conftest import OpenPage
from tests.browser.run_window import RunWindow
from tests.browser.world import World


class Case(NamedTuple):
    """An operation, the run it is done to, the step whose panel has its link, and the state that the run comes to."""

    make: Callable[[Api], str]
    step: str
    state: str


CASES = {
    "start": Case(made.idle, "", "completed"),
    "pause": Case(made.running, "", "paused"),
    "resume": Case(made.paused, "", "running"),
    "cancel": Case(made.running, "", "cancelled"),
    "retry": Case(made.failed, "", "completed"),
    "retry from a step": Case(made.failed, "step-1", "completed"),
    "skip_step": Case(made.failed, "step-2", "failed"),
    "replay_step": Case(made.completed, "talk", "completed"),
}


def _plain(open_page: OpenPage, path: str) -> Page:
    return open_page(path, java_script_enabled=False)


@pytest.mark.parametrize("name", CASES)
def test_operation__by_its_form(name: str, api: Api, open_page: OpenPage) -> None:
    case, operation = CASES[name], name.partition(" ")[0]
    run = case.make(api)
    page = _plain(open_page, f"/runs/{run}/" + (f"?step={case.step}" if case.step else ""))
    window = RunWindow(page)
    window.button(operation, window.panel if case.step else None).click()
    page.get_by_label("Reason").fill(f"{name} by hand")
    page.locator("[data-confirm]").click()
    expect(page.locator("#toasts .toast.success")).to_be_visible()
    api.wait_for(run, case.state)
    page.goto(f"/runs/{run}/audit/")
    window.expect_state(case.state)
    expect(page.locator(".audit-table")).to_contain_text(f"{name} by hand")


def test_operation__leads_back_to_the_step_it_was_asked_at(api: Api, open_page: OpenPage) -> None:
    page = _plain(open_page, f"/runs/{made.failed(api)}/steps/?step=step-2")
    window = RunWindow(page)
    window.button("skip_step", window.panel).click()
    page.get_by_label("Output").fill("{not json")
    page.locator("[data-confirm]").click()
    expect(page.locator(".errorlist")).to_be_visible()
    page.get_by_label("Output").fill("7")
    page.locator("[data-confirm]").click()
    page.wait_for_url("**/steps/?step=step-2")
    expect(window.panel.locator(".state-skipped").first).to_be_visible()


def test_start__dry_run_then_the_run(api: Api, open_page: OpenPage) -> None:
    page = _plain(open_page, "/start/fire-drill/")
    for name, value in {"steps": "3", "seconds": "0"}.items():
        page.locator(f"[name='input.{name}']").fill(value)
    page.get_by_role("button", name="Dry run").click()
    expect(page.locator("#dry-run").get_by_role("rowheader", name="step-3")).to_be_visible()
    expect(page.locator("[name='input.steps']")).to_have_value("3")
    page.get_by_role("button", name="Start", exact=True).click()
    page.wait_for_url(re.compile("/runs/.{36}/"))
    expect(page.locator("#run-header")).to_contain_text("Fire drill")


def test_graph__scrubbed_and_opened(world: World, look: OpenPage) -> None:
    page = look(f"/runs/{world.failed}/", java_script_enabled=False)
    page.get_by_role("link", name="The event before").click()
    expect(page.locator("#scrub-words")).to_contain_text("Back to now")
    page.get_by_role("link", name="Back to now").click()
    page.get_by_role("link", name="Items of work: 3").click()
    expect(page.locator(".graph-items .item")).to_have_count(3)


def test_log__filtered(world: World, look: OpenPage) -> None:
    page = look(f"/runs/{world.completed}/logs/", java_script_enabled=False)
    page.get_by_label("Search").fill("line 17")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".log-line")).to_have_count(1)
