"""The browser of the tests: the system's own Chromium, which fetches nothing by itself."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

PATIENCE = 30_000
"""Milliseconds to wait for what has to come: much, since machines that test are busy."""

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_LACKING = "NO CHROMIUM HERE: the console is not tested in a browser. Install it (Debian: the package chromium)."


@contextmanager
def running_browser() -> Iterator[Browser]:
    """Give a running browser; where there is none the test is skipped, or fails where tests decide (``CI=true``)."""
    path = next(filter(None, map(shutil.which, _NAMES)), None)
    if path is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(_LACKING)
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=Path(path), args=_ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()
