"""The content security policy is enforced on every page, and no page gives it anything to stop."""

import re

import pytest
from playwright.sync_api import Page, Response, expect

from tests.browser.conftest import OpenPage
from tests.browser.pages import SHOWN, administered, path_in
from tests.browser.people import People
from tests.browser.settled import settle, until
from tests.browser.world import World

_INLINE = re.compile(r"<style|<[^>]*\sstyle\s*=|<[^>]*\son\w+\s*=|javascript:|<script(?![^>]*\ssrc=)[^>]*>(?!\s*</)")
_IS_DATA = re.compile(r'<script id="[\w-]+" type="application/json">.*?</script>', re.DOTALL)


def _inspect(page: Page, path: str) -> None:
    response = page.goto(path)
    assert response is not None
    settle(page)
    _is_enforced(response)
    assert _INLINE.findall(_IS_DATA.sub("", response.text())) == []


def _is_enforced(response: Response) -> None:
    policy = response.headers["content-security-policy"]
    directives = dict(part.strip().partition(" ")[::2] for part in policy.split(";"))
    assert (directives["default-src"], directives["script-src"]) == ("'none'", "'self'")
    assert "unsafe" not in policy
    assert "*" not in policy


@pytest.mark.parametrize("path", SHOWN)
def test_policy__kept_by_every_page(path: str, world: World, look: OpenPage) -> None:
    _inspect(look("/healthz"), path_in(world, path))


@pytest.mark.parametrize("path", administered())
def test_policy__kept_by_every_list_of_records_and_what_is_in_it(path: str, world: World, look: OpenPage) -> None:
    page = look("/healthz")
    _inspect(page, path)
    record = page.locator("#result_list tbody th a").first
    if record.count():
        _inspect(page, str(record.get_attribute("href")))


def test_policy__kept_by_the_login(open_page: OpenPage) -> None:
    page = open_page("/healthz", None)
    _inspect(page, "/")
    expect(page.locator("#id_username")).to_be_visible()


@pytest.mark.parametrize(("run", "operation"), [("failed", "retry"), ("idle", "start"), ("completed", "dry_run")])
def test_policy__kept_by_dialogs(run: str, operation: str, world: World, open_page: OpenPage) -> None:
    page = open_page(f"/runs/{getattr(world, run)}/")
    page.locator(f'#run-header a[data-operation="{operation}"]').click()
    expect(page.locator("dialog[open] [data-confirm]")).to_be_focused()


def test_policy__stops_what_is_smuggled_in(people: People) -> None:
    with people.watched_window("viewer") as (page, watch):
        page.goto("/")
        smuggle = (
            "document.body.append(Object.assign(document.createElement('script'), {textContent: 'window.bad = 1'}))"
        )
        page.evaluate(smuggle)
        until(page, lambda: watch.problems)
        assert page.evaluate("window.bad") is None
        assert "script-src" in watch.problems[0]


def test_session__cookie_is_out_of_reach_of_scripts(open_page: OpenPage) -> None:
    assert "sessionid" not in open_page("/").evaluate("document.cookie")
