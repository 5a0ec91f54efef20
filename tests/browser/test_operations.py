"""Every operation is done through its button and its dialog, against real workers, and seen without reloading."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple

import pytest
from playwright.sync_api import Route, expect

from tests.browser import made
from tests.browser.api import Api
from tests.browser.conftest import OpenPage
from tests.browser.run_window import RunWindow
from tests.browser.settled import settle, until
from workflows.states import Operation


class Case(NamedTuple):
    """An operation, the run it is done to, the step whose panel has its button, and what is seen then."""

    make: Callable[[Api], str]
    step: str
    preview: str
    state: str


CASES = {
    "start": Case(made.idle, "", ".operation", "completed"),
    "pause": Case(made.running, "", ".operation", "paused"),
    "resume": Case(made.paused, "", ".operation", "running"),
    "cancel": Case(made.running, "", ".effect-totals", "cancelled"),
    "retry": Case(made.failed, "", ".effect-totals", "completed"),
    "restart": Case(made.failed, "", ".effect-totals", "idle"),
    "retry from a step": Case(made.failed, "step-1", ".effect-totals", "completed"),
    "skip_step": Case(made.failed, "step-2", ".effect-totals", "failed"),
    "replay_step": Case(made.completed, "talk", ".operation", "completed"),
}


@pytest.mark.parametrize("name", CASES)
def test_operation__from_its_button_to_the_trail(name: str, api: Api, open_page: OpenPage) -> None:
    case, operation = CASES[name], name.partition(" ")[0]
    run = case.make(api)
    window = RunWindow(open_page(f"/runs/{run}/" + (f"?step={case.step}" if case.step else "")))
    dialog = window.ask(operation, window.panel if case.step else None)
    expect(dialog.locator(case.preview)).to_be_visible()
    window.confirm(f"because of {name}")
    expect(window.toast.first).to_be_visible()
    expect(window.dialog).to_have_count(0)
    window.expect_state(case.state)
    window.expect_on_record(f"because of {name}")


def test_operation__each_has_its_test() -> None:
    assert {name.partition(" ")[0] for name in CASES} == set(Operation) - {Operation.DRY_RUN}


def test_dry_run__says_in_the_dialog_what_each_step_would_do(api: Api, open_page: OpenPage) -> None:
    window = RunWindow(open_page(f"/runs/{made.idle(api)}/"))
    dialog = window.ask("dry_run")
    window.confirm("to see")
    expect(dialog.locator(".operation-effects tbody tr")).to_have_count(1)
    window.page.keyboard.press("Escape")
    window.expect_state("idle")
    window.expect_on_record("to see")


def test_replay__is_seen_beside_the_attempt_that_counts(api: Api, open_page: OpenPage) -> None:
    window = RunWindow(open_page(f"/runs/{made.completed(api)}/?step=talk"))
    window.ask("replay_step", window.panel)
    window.confirm()
    expect(window.panel.locator(".attempt")).to_have_count(2)
    expect(window.panel.locator(".attempt .state-succeeded")).to_have_count(2)


def test_skip__hands_on_the_output_that_is_given(api: Api, open_page: OpenPage) -> None:
    window = RunWindow(open_page(f"/runs/{made.failed(api)}/?step=step-2"))
    dialog = window.ask("skip_step", window.panel)
    dialog.get_by_label("Output").fill("{not json")
    window.confirm()
    expect(dialog.locator(".errorlist")).to_be_visible()
    dialog.get_by_label("Output").fill("7")
    window.confirm()
    expect(window.panel.locator(".state-skipped").first).to_be_visible()


def test_pause__undone_from_its_toast(api: Api, open_page: OpenPage) -> None:
    window = RunWindow(open_page(f"/runs/{made.running(api)}/"))
    window.ask("pause")
    window.confirm()
    window.toast.get_by_role("link", name="Undo").click()
    expect(window.dialog.locator("[data-confirm]")).to_have_text("Resume run")
    window.confirm()
    window.expect_state("running")


def test_pause__option_that_is_wrong_is_said_at_its_field(api: Api, open_page: OpenPage) -> None:
    window = RunWindow(open_page(f"/runs/{made.running(api)}/"))
    dialog = window.ask("pause")
    dialog.get_by_label("Hold until").fill("2001-01-01T00:00")
    window.confirm("kept while it is put right")
    expect(dialog.locator(".field-hold_until .errorlist")).to_be_visible()
    expect(dialog.get_by_label("Reason")).to_have_value("kept while it is put right")
    dialog.get_by_label("Hold until").fill(datetime.now(UTC).replace(year=2099).strftime("%Y-%m-%dT%H:%M"))
    window.confirm("kept while it is put right")
    expect(dialog.get_by_role("alert")).to_contain_text("Look again, then confirm")
    window.confirm("kept while it is put right")
    window.expect_state("paused")


def test_confirm__says_what_it_does_and_cannot_be_pressed_twice(api: Api, open_page: OpenPage) -> None:
    window = RunWindow(open_page(f"/runs/{made.running(api)}/"))
    dialog = window.ask("pause")
    held: list[Route] = []
    window.page.route(re.compile("/do/pause/"), lambda route: held.append(route))
    window.page.keyboard.press("Control+Enter")
    expect(dialog.locator("[data-confirm]")).to_have_text("Pausing…")
    expect(dialog.locator("[data-confirm]")).to_be_disabled()
    until(window.page, lambda: held)
    window.page.wait_for_timeout(300)  # a second one would come as fast
    assert len(held) == 1
    held[0].continue_()
    window.expect_state("paused")


def test_refusal__is_shown_although_the_dialog_was_closed_meanwhile(api: Api, open_page: OpenPage) -> None:
    run = made.running(api)
    window = RunWindow(open_page(f"/runs/{run}/"))
    window.ask("cancel")
    held: list[Route] = []
    window.page.route(re.compile("/do/cancel/"), lambda route: held.append(route))
    window.page.keyboard.press("Enter")
    expect(window.dialog.locator("[data-confirm]")).to_be_disabled()
    window.page.keyboard.press("Escape")
    expect(window.dialog).to_have_count(0)
    api.operate(run, "cancel", reason="somebody else was faster")
    held[0].continue_()
    expect(window.dialog.get_by_role("alert").first).to_contain_text("cancelled")
    expect(window.dialog.locator("[data-close]")).to_be_focused()
    window.page.keyboard.press("Escape")
    window.expect_state("cancelled")


@pytest.mark.parametrize("path", ["/runs/{run}/do/pause/", "/runs/bulk/pause/?label=busy:yes"])
def test_page__says_what_is_being_done(path: str, api: Api, open_page: OpenPage) -> None:
    page = open_page(path.format(run=made.running(api, busy="yes")))
    settle(page)
    page.route(re.compile("/pause/"), lambda route: route.fulfill(status=204))  # the browser stays where it is
    page.locator("[data-confirm]").press("Enter")
    expect(page.locator("[data-confirm]")).to_have_text("Pausing…")
    expect(page.locator("[data-confirm]")).to_be_disabled()
