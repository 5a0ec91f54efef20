"""People with browser windows: each logs in once, all their windows know them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, StorageState

from tests.browser.chromium import PATIENCE
from tests.browser.watch import Watch

_USUAL = {"locale": "en-GB", "timezone_id": "Europe/Warsaw", "color_scheme": "light", "reduced_motion": "reduce"}


class People:
    """Opens windows for the demo accounts."""

    def __init__(self, browser: Browser, base_url: str, passwords: dict[str, str]) -> None:
        self._browser, self.base_url, self.passwords = browser, base_url, passwords
        self._known: dict[str, StorageState] = {}

    @contextmanager
    def window(self, who: str | None, **options: Any) -> Iterator[Page]:
        """Open a window for somebody, or for nobody (``None``).

        Raises:
            AssertionError: something went wrong in it that nobody has looked at, see ``Watch``.
        """
        with self.watched_window(who, **options) as (page, watch):
            yield page
        assert not watch.problems, "\n".join(watch.problems)

    @contextmanager
    def watched_window(self, who: str | None, **options: Any) -> Iterator[tuple[Page, Watch]]:
        """Open a window and give what is noticed in it, for the caller to judge."""
        context = self._context(**(_USUAL | options), storage_state=self._login_of(who) if who else None)
        try:
            yield context.new_page(), Watch(context)
        finally:
            context.close()

    def _context(self, **options: Any) -> BrowserContext:
        context = self._browser.new_context(base_url=self.base_url, **options)
        context.set_default_timeout(PATIENCE)
        return context

    def _login_of(self, who: str) -> StorageState:
        if who not in self._known:
            context = self._context(**_USUAL)
            log_in(context.new_page(), who, self.passwords[who])
            self._known[who] = context.storage_state()
            context.close()
        return self._known[who]


def log_in(page: Page, name: str, password: str) -> None:
    """Log in as a person does."""
    page.goto("/")
    page.locator("#id_username").fill(name)
    page.locator("#id_password").fill(password)
    page.locator("#id_password").press("Enter")
    page.wait_for_url(lambda url: "/login/" not in url)
