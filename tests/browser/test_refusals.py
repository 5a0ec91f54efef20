"""What cannot be done is said in words: on the button, or in the dialog of whoever comes too late."""

from playwright.sync_api import expect

from tests.browser import made
from tests.browser.api import Api
from tests.browser.conftest import OpenPage
from tests.browser.run_window import RunWindow
from tests.browser.world import World


def test_preview__that_is_stale_is_shown_anew_before_anything_is_done(api: Api, open_page: OpenPage) -> None:
    run = made.failed(api)
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
    run = made.running(api)
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
