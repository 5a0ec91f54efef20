"""A run is started by a form that says beforehand what would come of it, and at each field what is wrong."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.api import Api
from tests.browser.conftest import OpenPage
from tests.browser.settled import settle
from tests.browser.world import World

_RUN = re.compile(r"/runs/([0-9a-f-]{36})/")


def _started(page: Page, api: Api) -> str:
    """Wait for the page of the run that was created, and give its id; it is cancelled when the test is over."""
    page.wait_for_url(_RUN)
    found = _RUN.search(page.url)
    assert found
    api.started.append(found[1])
    return found[1]


def _open(open_page: OpenPage, definition: str, who: str = "operator") -> Page:
    page = open_page(f"/start/{definition}/", who)
    settle(page)
    return page


def _field(page: Page, name: str) -> Locator:
    return page.locator(f"[name='input.{name}']")


def test_start__from_the_list_of_workflows_to_the_run(api: Api, open_page: OpenPage) -> None:
    page = open_page("/start/")
    page.locator(".workflow-list > li", has_text="Fire drill").get_by_role("link", name="Start").click()
    for name, value in {"steps": "0", "seconds": "0", "width": "2"}.items():
        _field(page, name).fill(value)
    page.get_by_text("Labels, priority and more").click()
    page.get_by_label("Labels").fill("made: by-form\nfor: test")
    page.get_by_label("Reason").fill("started by its form")
    page.get_by_role("button", name="Start", exact=True).click()
    run = api.run(_started(page, api))
    assert (run["input"]["width"], run["labels"]) == (2, {"made": "by-form", "for": "test"})
    page.locator(".run-tabs").get_by_role("link", name="Audit").click()
    expect(page.locator("#run-tab")).to_contain_text("started by its form")


def test_start__only_created_waits_for_its_start(api: Api, open_page: OpenPage) -> None:
    page = _open(open_page, "nap")
    page.get_by_text("Labels, priority and more").click()
    page.get_by_label("Only create it").check()
    page.get_by_role("button", name="Start", exact=True).click()
    assert api.run(_started(page, api))["status"] == "idle"
    expect(page.locator("#toasts")).to_contain_text("start it when it is time")


def test_start__same_key_again_leads_to_the_first_run(api: Api, open_page: OpenPage) -> None:
    runs = []
    for _ in range(2):
        page = _open(open_page, "branches")
        _field(page, "number").fill("1")
        page.get_by_text("Labels, priority and more").click()
        page.get_by_label("Start key").fill("start-form-once")
        page.get_by_role("button", name="Start", exact=True).click()
        runs.append(_started(page, api))
    expect(page.locator("#toasts")).to_contain_text("there is no second one")
    assert runs[0] == runs[1]


def test_dry_run__follows_what_is_typed(open_page: OpenPage) -> None:
    page = _open(open_page, "fire-drill")
    outlook, steps = page.locator("#dry-run"), _field(page, "steps")
    steps.fill("3")
    steps.press("Tab")
    expect(outlook.get_by_role("rowheader", name="step-3")).to_be_visible()
    steps.fill("2")
    steps.press("Tab")
    expect(outlook.get_by_role("rowheader", name="step-3")).to_have_count(0)
    expect(outlook.get_by_role("rowheader", name="step-2")).to_be_visible()


def test_dry_run__says_what_is_wrong_and_leads_to_the_field(open_page: OpenPage) -> None:
    page = _open(open_page, "fire-drill")
    steps = _field(page, "steps")
    steps.fill("5000")
    steps.press("Tab")
    outlook = page.locator("#dry-run")
    expect(outlook).to_contain_text("no run could be created")
    outlook.get_by_role("link", name="Steps").click()
    expect(page.locator(":target")).to_have_value("5000")


@pytest.mark.parametrize(
    ("definition", "field", "typed"),
    [("fire-drill", "steps", "5000"), ("fire-drill", "fail_at", "nowhere"), ("typed", "size", "{not json")],
)
def test_error__stands_at_its_field_and_the_rest_is_kept(
    definition: str, field: str, typed: str, open_page: OpenPage
) -> None:
    page = _open(open_page, definition)
    _field(page, field).fill(typed)
    page.get_by_label("Reason").fill("kept")
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.locator("#start-form").get_by_role("alert")).to_contain_text("nothing has happened")
    wrong = page.locator(".form-field.has-errors", has=page.locator(f"[name='input.{field}']"))
    expect(wrong.locator(".errorlist")).to_be_visible()
    expect(_field(page, field)).to_have_value(typed)
    expect(page.get_by_label("Reason")).to_have_value("kept")


def test_like__form_is_filled_in_as_the_run_was_started(world: World, look: OpenPage) -> None:
    page = look(f"/runs/{world.failed}/")
    page.get_by_role("link", name="Start one like this").click()
    page.wait_for_url("**/start/fire-drill/?like=**")
    for name, value in {"steps": "2", "width": "3", "fail_at": "step-2", "fail_times": "99"}.items():
        expect(_field(page, name)).to_have_value(value)
    expect(page.get_by_label("Labels")).to_have_value("shown: world")


def test_viewer__may_look_but_not_start(open_page: OpenPage) -> None:
    page = _open(open_page, "nap", "viewer")
    start = page.get_by_role("button", name="Start", exact=True)
    expect(start).to_be_disabled()
    expect(start).to_have_accessible_description(re.compile(r"workflows\.can_start"))
