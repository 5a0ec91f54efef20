"""One portal with real workers and one browser for all tests here, and people who are logged in.

Both end with the last test of this package: while playwright is at work, Django takes this thread for an asynchronous
one and refuses to touch the database.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.acceptance.running import RunningPortal
from tests.browser.api import Api
from tests.browser.chromium import running_browser
from tests.browser.people import People
from tests.browser.watch import Watch
from tests.browser.world import World, make_world

OpenPage = Callable[..., Page]
KeptWindows = tuple[dict[str, tuple[Page, Watch]], ExitStack, People]


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """The browser."""
    with running_browser() as browser:
        yield browser


@pytest.fixture(scope="package")
def portal(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPortal]:
    """A portal as its users run it, with the flows of the tests; not started where there is no browser."""
    data_dir = tmp_path_factory.mktemp("browser") / "data"
    running = RunningPortal(data_dir, "--demo", "--concurrency", "4", VENOM_APPS="tests.sample_flows")
    try:
        running.wait_until_ready(seconds=100)
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="package")
def base_url(portal: RunningPortal) -> str:
    """Where the portal answers."""
    return f"http://127.0.0.1:{portal.port}"


@pytest.fixture(scope="package")
def operator_api(portal: RunningPortal, base_url: str) -> Api:
    """REST, as the operator."""
    return Api(base_url, "operator", portal.passwords()["operator"])


@pytest.fixture
def api(operator_api: Api) -> Iterator[Api]:
    """REST, as the operator; what a test has started with it is cancelled, so that it keeps no worker from the next."""
    before = len(operator_api.started)
    yield operator_api
    for run in operator_api.started[before:]:
        operator_api.end(run)


@pytest.fixture(scope="package")
def people(portal: RunningPortal, chromium: Browser, base_url: str) -> People:
    """Who can open pages: viewer, operator, admin."""
    return People(chromium, base_url, portal.passwords())


@pytest.fixture(scope="package")
def world(operator_api: Api) -> World:
    """Runs in all states, to look at; no test changes them."""
    return make_world(operator_api)


@pytest.fixture
def open_page(people: People) -> Iterator[OpenPage]:
    """Open an address as somebody, in a browser window of its own; what went wrong in it unseen fails the test."""
    with ExitStack() as windows:

        def opened(path: str = "/", who: str | None = "operator", **options: Any) -> Page:
            page = windows.enter_context(people.window(who, **options))
            page.goto(path)
            return page

        yield opened


@pytest.fixture(scope="package")
def kept_windows(people: People) -> Iterator[KeptWindows]:
    """Windows that stay open from test to test."""
    with ExitStack() as stack:
        yield {}, stack, people


@pytest.fixture
def look(kept_windows: KeptWindows) -> Iterator[OpenPage]:
    """Look at an address as the administrator, in a window that other tests have used: to read only, but faster."""
    windows, stack, people = kept_windows

    def shown(path: str, **options: Any) -> Page:
        key = repr(sorted(options.items()))
        if key not in windows:
            windows[key] = stack.enter_context(people.watched_window("admin", **options))
        page, watch = windows[key]
        watch.problems.clear()
        page.goto(path)
        return page

    yield shown
    noticed = [problem for _page, watch in windows.values() for problem in watch.problems]
    assert noticed == []
