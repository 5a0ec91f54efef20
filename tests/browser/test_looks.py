"""Narrow, dark, without JavaScript, and in three languages: every page can be read."""

import pytest
from playwright.sync_api import expect

from tests.browser.api import Api
from tests.browser.conftest import OpenPage
from tests.browser.pages import SHOWN, path_in
from tests.browser.settled import settle
from tests.browser.world import World

NARROW = {"width": 390, "height": 844}
_OWN = [path for path in SHOWN if path != "/api/docs/"]


@pytest.mark.parametrize("path", _OWN)
def test_narrow__only_tables_scroll_sideways(path: str, world: World, look: OpenPage) -> None:
    page = look(path_in(world, path), viewport=NARROW)
    settle(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]


@pytest.mark.parametrize("path", ["/", "/runs/", "/runs/{failed}/", "/start/fire-drill/", "/admin/"])
def test_dark__ground_is_dark_and_text_is_light(path: str, world: World, look: OpenPage) -> None:
    page = look(path_in(world, path), color_scheme="dark")
    brightness = "(name) => getComputedStyle(document.body)[name].match(/\\d+/g).slice(0, 3).map(Number)"
    assert sum(page.evaluate(brightness, "backgroundColor")) < 3 * 64
    assert sum(page.evaluate(brightness, "color")) > 3 * 160


@pytest.mark.parametrize("path", _OWN)
def test_without_scripts__every_page_can_be_read(path: str, world: World, look: OpenPage) -> None:
    page = look(path_in(world, path), java_script_enabled=False)
    expect(page.locator("#content")).not_to_be_empty()
    expect(page.locator(".needs-script:visible, .skeleton:visible")).to_have_count(0)


def test_without_scripts__operation_by_its_form(api: Api, open_page: OpenPage) -> None:
    run = api.start_until("failed", "hopeless")
    page = open_page(f"/runs/{run}/", java_script_enabled=False)
    page.locator('#run-header a[data-operation="restart"]').click()
    expect(page.locator(".effect-totals")).to_be_visible()
    page.get_by_label("Reason").fill("by hand")
    page.locator("[data-confirm]").click()
    expect(page.locator("#run-header")).to_contain_text("idle", ignore_case=True)
    expect(page.locator("#toasts .toast.success")).to_be_visible()
    page.get_by_role("link", name="Audit", exact=True).last.click()
    expect(page.locator("#run-tab")).to_contain_text("by hand")


def test_without_scripts__many_runs_by_their_form(api: Api, open_page: OpenPage) -> None:
    runs = [api.start("nap", begin=False, labels={"shown": "by-form"}) for _ in range(2)]
    page = open_page("/runs/?label=shown:by-form", java_script_enabled=False)
    for run in runs:
        page.locator(f"#run-{run} input[name=run]").check()
    page.locator(".bulk-bar").get_by_role("button", name="Start", exact=True).click()
    page.locator("[data-confirm]").click()
    for run in runs:
        api.wait_for(run, "completed")
    page.reload()
    expect(page.locator(".runs-table tbody tr")).to_have_count(2)


@pytest.mark.parametrize(("language", "words"), [("en", "failed"), ("pl", "niepowodzenie"), ("de", "fehlgeschlagen")])
def test_language__switched_on_any_page_and_kept(language: str, words: str, world: World, open_page: OpenPage) -> None:
    page = open_page(f"/runs/{world.failed}/", "viewer")
    page.locator("select[name=language]").select_option(language)
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.locator("#run-header .run-line")).to_contain_text(words)
    page.goto("/")
    expect(page.locator("html")).to_have_attribute("lang", language)
