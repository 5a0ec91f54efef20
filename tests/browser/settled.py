"""When a page may be looked at."""

from collections.abc import Callable

from playwright.sync_api import Page, expect


def settle(page: Page) -> None:
    """Wait until the page's scripts have begun and what it fetches at once is there."""
    if "/api/docs/" in page.url:
        page.locator(".swagger-ui .opblock").first.wait_for()
    else:
        page.locator("html.has-script").wait_for(state="attached")
        expect(page.locator(".htmx-request")).to_have_count(0)


def stand_still(page: Page) -> None:
    """End what moves or changes colour, for whoever measures what is seen."""
    page.evaluate(
        """() => {
          for (const one of document.getAnimations()) {
            if (one.effect.getComputedTiming().endTime === Infinity) one.cancel();
            else one.finish();
          }
        }"""
    )


def until(page: Page, check: Callable[[], object]) -> None:
    """Wait for what the test itself has to see, while the browser goes on; a test's time is bounded."""
    while not check():
        page.wait_for_timeout(50)
