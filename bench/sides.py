"""What is compared: a portal on some database, and raw Celery. Each side knows every scenario."""

from typing import Any, Protocol

from bench import raw_celery
from bench.portal import Portal
from bench.sizes import CHAINS, ITEMS, STARTS, WARM_UP

RAW = "raw Celery"


class Side(Protocol):
    """One side of the comparison."""

    def warm_up(self) -> None:
        """Let every process do some work, so that imports and connections are not what is measured."""

    def chain(self) -> dict[str, Any]:
        """Work off a backlog of chains."""

    def fan_out(self) -> dict[str, Any]:
        """Run many steps at once."""

    def start_latency(self) -> dict[str, Any]:
        """Start one after the other while nothing else runs."""


class PortalSide:
    """A portal."""

    def __init__(self, portal: Portal) -> None:
        self._portal = portal

    def warm_up(self) -> None:
        self._portal.measure("chain", runs=WARM_UP)

    def chain(self) -> dict[str, Any]:
        return self._portal.measure("chain", runs=CHAINS)

    def fan_out(self) -> dict[str, Any]:
        return self._portal.measure("fan_out", items=ITEMS)

    def start_latency(self) -> dict[str, Any]:
        return self._portal.measure("start_latency", samples=STARTS)


class RawSide:
    """Celery alone."""

    def warm_up(self) -> None:
        raw_celery.measure_chain(WARM_UP)

    def chain(self) -> dict[str, Any]:
        return raw_celery.measure_chain(CHAINS)

    def fan_out(self) -> dict[str, Any]:
        return raw_celery.measure_group(ITEMS)

    def start_latency(self) -> dict[str, Any]:
        return raw_celery.measure_start_latency(STARTS)
