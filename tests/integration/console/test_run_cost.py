"""What a run's page costs in statements: no more for a large run than for a small one."""

import pytest
from django.test import Client

from tests.driver import Driver
from tests.integration.console.run_pages import TABS, fanned_out, log_to, operation_url, statements, url_of
from workflows.states import Operation

LOGIN = 4
"""Session, user, and what the user may do by groups and alone."""
MOST_OF_HEADER, MOST_OF_TAB, MOST_OF_PANEL = 8, 6, 9
OWN_TABS = [tab for tab in TABS if tab not in ("graph", "timeline")]


def counted(client: Client, url: str, target: str = "") -> int:
    headers = {"HX-Request": "true", "HX-Target": target} if target else {}
    return len(statements(client, url, **headers)) - LOGIN


@pytest.mark.parametrize("tab", OWN_TABS)
def test_tab__costs_the_same_for_a_large_run(driver: Driver, clients: dict[str, Client], tab: str) -> None:
    small, large = fanned_out(driver, 2), fanned_out(driver, 400)
    log_to(large, 400, step="double[1]")
    query = {"step": "double[1]", "open": "double"}
    numbers = [counted(clients["operator"], url_of(run, tab, **query)) for run in (small, large)]
    assert numbers[0] == numbers[1]
    for region, most in (("run-header", MOST_OF_HEADER), ("run-tab", MOST_OF_TAB), ("step-panel", MOST_OF_PANEL)):
        assert counted(clients["operator"], url_of(large, tab, **query), region) <= most + 1, region
    assert counted(clients["operator"], url_of(large, tab)) <= MOST_OF_HEADER + MOST_OF_TAB


def test_header__costs_little_in_every_state(driver: Driver, clients: dict[str, Client]) -> None:
    runs = [driver.work_off(driver.start("hopeless")), driver.work_off(driver.start("chain-of-ten"))]
    paused = driver.start("chain-of-ten")
    driver.claim(paused)
    clients["operator"].post(operation_url(paused, Operation.PAUSE), {})
    for run in (*runs, paused):
        assert counted(clients["operator"], url_of(run), "run-header") <= MOST_OF_HEADER
