"""No page has a serious or critical fault that axe finds, light or dark."""

from typing import Final

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import OpenPage
from tests.browser.pages import SHOWN, administered, path_in
from tests.browser.settled import settle, stand_still
from tests.browser.world import World

SCHEMES = ("light", "dark")
_GRAVE = ("serious", "critical")
_OF_DJANGO: Final = [["#searchbar"], [".selector"], [".datetime"]]
"""Widgets of Django's own forms, whose labels are pictures, tooltips and headings, which axe takes for none."""
_MEASURED: Final = {"bypass_csp": True}
"""Axe puts styles of its own into a page, which the page's policy would stop."""


def _faults(page: Page) -> list[str]:
    settle(page)
    stand_still(page)
    found = Axe().run(page, {"exclude": _OF_DJANGO}).response["violations"]
    return [
        f"{fault['id']}: {node['html'][:200]} {node['failureSummary']}"
        for fault in found
        if fault["impact"] in _GRAVE
        for node in fault["nodes"][:3]
    ]


@pytest.mark.parametrize("path", [path for path in SHOWN if path != "/api/docs/"])
def test_axe__every_page(path: str, world: World, look: OpenPage) -> None:
    page = look(path_in(world, path), **_MEASURED)
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        assert _faults(page) == [], scheme


@pytest.mark.parametrize("path", administered())
def test_axe__every_list_of_records_and_what_is_in_it(path: str, world: World, look: OpenPage) -> None:
    page = look(path, **_MEASURED)
    page.emulate_media(color_scheme="light")
    assert _faults(page) == []
    record = page.locator("#result_list tbody th a").first
    if record.count():
        record.click()
        assert _faults(page) == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe__login(scheme: str, open_page: OpenPage) -> None:
    assert _faults(open_page("/", None, color_scheme=scheme, **_MEASURED)) == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe__dialogs(scheme: str, world: World, open_page: OpenPage) -> None:
    page = open_page(f"/runs/{world.failed}/?step=step-2", color_scheme=scheme, **_MEASURED)
    settle(page)
    page.locator('#run-header a[data-operation="retry"]').click()
    page.locator("dialog[open] [data-confirm]").wait_for()
    assert _faults(page) == []
    page.keyboard.press("Escape")
    for key, name in (("?", "shortcuts"), ("Control+k", "palette")):
        page.keyboard.press(key)
        page.locator(f"dialog#{name}[open]").wait_for()
        assert _faults(page) == [], name
        page.keyboard.press("Escape")
