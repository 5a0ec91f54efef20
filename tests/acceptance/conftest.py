"""Portals for the acceptance tests: each start takes seconds, so tests that leave it intact share one."""

from collections.abc import Iterator

import pytest

from tests.acceptance.running import RunningPortal


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPortal]:
    """A portal with demo accounts, in a data directory whose path is too long for a socket and hard to quote."""
    data_dir = tmp_path_factory.mktemp("portal") / f"{'long ' * 20}#1 ;2 ü'" / "data"
    running = RunningPortal(data_dir, "--demo")
    try:
        running.wait_until_ready()
        yield running
    finally:
        running.stop()
