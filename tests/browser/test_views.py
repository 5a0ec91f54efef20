"""Views that somebody keeps of the list of runs: made, opened, opened first, deleted."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage

_FILTER = "status=failed&label=shown%3Aworld"


@pytest.fixture
def keeper(open_page: OpenPage) -> Iterator[Callable[..., Page]]:
    """Open pages as the viewer, whose views nobody else's test meets; they are deleted afterwards."""

    def opened(path: str, **options: bool) -> Page:
        return open_page(path, "viewer", **options)

    yield opened
    page = opened("/runs/views/")
    delete = page.get_by_role("button", name="Delete")
    for left in reversed(range(delete.count())):
        delete.first.click()
        expect(delete).to_have_count(left)


def _keep(page: Page, name: str, *, opened_first: bool = False) -> None:
    page.goto(f"/runs/?{_FILTER}")
    menu = page.locator("#saved-views")
    menu.locator("summary").click()
    menu.get_by_role("link", name="Keep this view").click()
    expect(page.get_by_label("Filters").last).to_contain_text("shown:world")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Open it when I come to the list").set_checked(opened_first)
    page.get_by_role("button", name="Keep").click()


def test_view__kept_and_opened_by_its_name(keeper: Callable[..., Page]) -> None:
    page = keeper("/")
    _keep(page, "Failed in the world")
    page.wait_for_url(f"**/runs/?{_FILTER}")
    expect(page.locator("#toasts")).to_contain_text("Failed in the world")
    page.goto("/runs/?view=all")
    page.locator("#saved-views summary").click()
    page.locator("#saved-views").get_by_role("link", name="Failed in the world").click()
    page.wait_for_url(f"**/runs/?{_FILTER}")
    expect(page.locator("#saved-views summary")).to_contain_text("Failed in the world")


def test_view__opened_first_until_it_no_longer_is(keeper: Callable[..., Page]) -> None:
    page = keeper("/")
    _keep(page, "First of all", opened_first=True)
    page.goto("/runs/")
    page.wait_for_url(f"**/runs/?{_FILTER}")
    page.goto("/runs/?view=all")
    expect(page.locator(".chip")).to_have_count(0)
    page.goto("/runs/views/")
    page.get_by_role("button", name="No longer open it first").click()
    expect(page.get_by_role("button", name="Open it first", exact=True)).to_be_visible()
    page.goto("/runs/")
    expect(page.locator(".chip")).to_have_count(0)


def test_view__deleted_alone(keeper: Callable[..., Page]) -> None:
    page = keeper("/")
    for name in ("To be deleted", "To be kept"):
        _keep(page, name)
    page.goto("/runs/views/")
    page.locator(".view-list > li", has_text="To be deleted").get_by_role("button", name="Delete").click()
    expect(page.locator(".view-list > li")).to_have_count(1)
    expect(page.locator(".view-list")).to_contain_text("To be kept")


def test_view__without_a_name_is_refused_and_its_filter_kept(keeper: Callable[..., Page]) -> None:
    page = keeper(f"/runs/views/?query={_FILTER.replace('&', '%26').replace('=', '%3D')}")
    page.get_by_label("Name", exact=True).fill("   ")
    page.get_by_role("button", name="Keep").click()
    expect(page.locator(".view-form .errorlist")).to_be_visible()
    expect(page.get_by_label("Filters").last).to_contain_text("shown:world")
    expect(page.locator(".view-list > li")).to_have_count(0)


def test_view__kept_without_scripts(keeper: Callable[..., Page]) -> None:
    page = keeper(f"/runs/?{_FILTER}", java_script_enabled=False)
    page.locator("#saved-views").get_by_role("link", name="Saved views").click()
    page.get_by_label("Name", exact=True).fill("By hand")
    page.get_by_role("button", name="Keep").click()
    page.wait_for_url(re.compile(re.escape(f"/runs/?{_FILTER}") + "$"))
    page.locator("#saved-views").get_by_role("link", name="Saved views").click()
    expect(page.locator(".view-list")).to_contain_text("By hand")
