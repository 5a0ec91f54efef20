"""Every operation is done through its button and its dialog, against real workers, and seen without reloading."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple

import pytest
from playwright.sync_api import Route, expect

from tests.browser.api import Api
from tests.browser.conftest import OpenPage
from tests.browser.run_window import RunWindow
from tests.browser.world import World
from workflows.states import Operation


class Case(NamedTuple):
    """An operation, the run it is done to, the step whose panel has its button, and what is seen then."""

    make: Callable[[Api], str]
    step: str
    preview: str
    state: str


def _idle(api: Api) -> str:
    return api.start("nap", seconds=0.1, begin=False)


def _running(api: Api) -> str:
    run = api.start("fire-drill", steps=2, seconds=3600)
    api.wait_for_step(run, "start", "running")
    return run


def _paused(api: Api) -> str:
    run = _running(api)
    api.operate(run, "pause", mode="stop")
    return run


def _failed(api: Api) -> str:
    return api.start_until("failed", "fire-drill", steps=2, seconds=0, width=2, fail_at="step-2", fail_times=1)


def _completed(api: Api) -> str:
    return api.start_until("completed", "talkative")


CASES = {
    "start": Case(_idle, "", ".operation", "completed"),
    "pause": Case(_running, "", ".operation", "paused"),
    "resume": Case(_paused, "", ".operation", "running"),
    "cancel": Case(_running, "", ".effect-totals", "cancelled"),
    "retry": Case(_failed, "", ".effect-totals", "completed"),
    "restart": Case(_failed, "", ".effect-totals", "idle"),
    "retry from a step": Case(_failed, "step-1", ".effect-totals", "completed"),
    "skip_step": Case(_failed, "step-2", ".effect-totals", "failed"),
    "replay_step": Case(_completed, "talk", ".operation", "completed"),
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
    window = RunWindow(open_page(f"/runs/{_idle(api)}/"))
    dialog = window.ask("dry_run")
    window.confirm("to see")
    expect(dialog.locator(".operation-effects tbody tr")).to_have_count(1)
    window.page.keyboard.press("Escape")
    window.expect_state("idle")
    window.expect_on_record("to see")


def test_replay__is_seen_beside_the_attempt_that_counts(api: Api, open_page: OpenPage) -> None:
    window = RunWindow(open_page(f"/runs/{_completed(api)}/?step=talk"))
    window.ask("replay_step", window.panel)
    window.confirm()
    expect(window.panel.locator(".attempt")).to_have_count(2)
    expect(window.panel.locator(".attempt .state-succeeded")).to_have_count(2)


def test_skip__hands_on_the_output_that_is_given(api: Api, open_page: OpenPage) -> None:
    window = RunWindow(open_page(f"/runs/{_failed(api)}/?step=step-2"))
    dialog = window.ask("skip_step", window.panel)
    dialog.get_by_label("Output").fill("{not json")
    window.confirm()
    expect(dialog.locator(".errorlist")).to_be_visible()
    dialog.get_by_label("Output").fill("7")
    window.confirm()
    expect(window.panel.locator(".state-skipped").first).to_be_visible()


def test_pause__undone_from_its_toast(api: Api, open_page: OpenPage) -> None:
    window = RunWindow(open_page(f"/runs/{_running(api)}/"))
    window.ask("pause")
    window.confirm()
    window.toast.get_by_role("link", name="Undo").click()
    expect(window.dialog.locator("[data-confirm]")).to_have_text("Resume run")
    window.confirm()
    window.expect_state("running")


def test_pause__option_that_is_wrong_is_said_at_its_field(api: Api, open_page: OpenPage) -> None:
    window = RunWindow(open_page(f"/runs/{_running(api)}/"))
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
    window = RunWindow(open_page(f"/runs/{_running(api)}/"))
    dialog = window.ask("pause")
    held: list[Route] = []
    window.page.route(re.compile("/do/pause/"), lambda route: held.append(route))
    window.page.keyboard.press("Control+Enter")
    expect(dialog.locator("[data-confirm]")).to_have_text("Pausing…")
    expect(dialog.locator("[data-confirm]")).to_be_disabled()
    window.page.wait_for_timeout(300)
    assert len(held) == 1
    held[0].continue_()
    window.expect_state("paused")


def test_preview__that_is_stale_is_shown_anew_before_anything_is_done(api: Api, open_page: OpenPage) -> None:
    run = _failed(api)
    window = RunWindow(open_page(f"/runs/{run}/"))
    dialog = window.ask("retry")
    api.operate(run, "skip_step", step_id="step-2")
    window.confirm("looked at too early")
    expect(dialog.get_by_role("alert")).to_be_visible()
    assert api.run(run)["status"] == "failed"
    window.confirm("looked at again")
    window.expect_state("completed")


def test_refused__disabled_with_why(world: World, open_page: OpenPage) -> None:
    window = RunWindow(open_page(f"/runs/{world.idle}/"))
    pause = window.header.get_by_role("button", name="Pause run")
    expect(pause).to_be_disabled()
    expect(pause).to_have_accessible_description("not while the run is idle")


def test_refused__to_a_viewer_with_the_permission_that_lacks(world: World, open_page: OpenPage) -> None:
    window = RunWindow(open_page(f"/runs/{world.failed}/", "viewer"))
    for name in ("Retry run", "Restart run", "Pause run"):
        expect(window.header.get_by_role("button", name=name)).to_be_disabled()
    expect(window.header.get_by_role("button", name="Retry run")).to_have_attribute(
        "title", "This takes the permission workflows.can_retry, which you do not have."
    )


def test_two_operators__second_is_told_in_words(api: Api, open_page: OpenPage) -> None:
    run = _running(api)
    one, other = (RunWindow(open_page(f"/runs/{run}/", who)) for who in ("operator", "admin"))
    for window in (one, other):
        window.ask("cancel")
    one.confirm("the first")
    one.expect_state("cancelled")
    other.confirm("the second")
    expect(other.dialog.get_by_role("alert").first).to_contain_text("cancelled")
    other.page.keyboard.press("Escape")
    other.expect_state("cancelled")
    other.expect_on_record("the second")
