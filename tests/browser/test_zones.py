"""Times are read, written and sent in the zone that somebody has chosen."""

from playwright.sync_api import expect

from tests.browser import made
from tests.browser.api import Api
from tests.browser.conftest import OpenPage
from tests.browser.run_window import RunWindow
from tests.browser.settled import settle
from tests.browser.world import World

KOLKATA = "Asia/Kolkata"
"""Always 5:30 h before UTC."""


def test_times__in_local_time_or_utc_as_chosen_once(world: World, open_page: OpenPage) -> None:
    page = open_page(f"/runs/{world.completed}/logs/", "viewer", timezone_id=KOLKATA)
    time = page.locator(".log-line time").first
    at = str(time.get_attribute("datetime"))
    expect(time).not_to_have_text(at[:19].replace("T", " "))
    page.locator("[data-zone-switch]").click()
    expect(time).to_have_text(at[:19].replace("T", " "))
    page.reload()
    expect(time).to_have_text(at[:19].replace("T", " "))


def test_filter__is_meant_in_the_zone(world: World, open_page: OpenPage) -> None:
    page = open_page("/runs/", "viewer", timezone_id=KOLKATA)
    page.locator(".add-filter summary").click()
    expect(page.locator("#add-help [data-zone-name]")).to_have_text("GMT+5:30")
    page.locator("#add-filter").select_option("since")
    page.locator("#add-value").fill("2020-02-01T05:30")
    page.locator(".add-filter button").click()
    settle(page)
    assert "since=2020-02-01T00%3A00" in page.url, "what others are sent means the same to them"
    chip = page.locator(".chip time")
    expect(chip).to_have_text("2020-02-01 05:30:00")
    page.locator("[data-zone-switch]").click()
    expect(chip).to_have_text("2020-02-01 00:00:00")
    page.locator(".add-filter summary").click()
    page.locator("#add-filter").select_option("until")
    page.locator("#add-value").fill("2020-02-01")
    page.locator(".add-filter button").click()
    settle(page)
    assert "until=2020-02-01" in page.url
    expect(chip.last).to_have_text("2020-02-01 00:00:00")


def test_hold__ends_when_the_field_says_in_the_zone(api: Api, open_page: OpenPage) -> None:
    run = made.running(api)
    window = RunWindow(open_page(f"/runs/{run}/", timezone_id=KOLKATA))
    dialog = window.ask("pause")
    field = dialog.get_by_label("Hold until")
    expect(dialog.locator("[data-zone-name]")).to_have_text("GMT+5:30")
    field.fill("2001-01-01T05:30")
    window.confirm()
    expect(dialog.locator(".field-hold_until .errorlist")).to_be_visible()
    expect(field).to_have_value("2001-01-01T05:30")
    field.fill("2099-01-01T05:30")
    window.confirm()
    expect(dialog.get_by_role("alert")).to_contain_text("Look again, then confirm")
    expect(field).to_have_value("2099-01-01T05:30")
    window.confirm()
    window.expect_state("paused")
    expect(window.page.locator("#run-header dd time[datetime^='2099-01-01T00:00']")).to_be_visible()
