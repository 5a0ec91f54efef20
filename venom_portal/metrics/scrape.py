"""One scrape: every family of metrics, read one after the other."""

from collections.abc import Iterator
from typing import Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.metrics_core import Metric as Family
from prometheus_client.registry import Collector

from venom_portal.metrics import history, operations, parts, recovery, runs, seals, sessions, steps
from venom_portal.metrics.metric import Metric

_FAMILIES: Final = (runs, steps, history, recovery, operations, seals, sessions, parts)

METRICS: Final[tuple[Metric, ...]] = tuple(metric for family in _FAMILIES for metric in family.METRICS)


class _Portal(Collector):
    """Reads all there is when it is asked, and keeps nothing."""

    def collect(self) -> Iterator[Family]:
        """Give each metric with its values."""
        for family in _FAMILIES:
            yield from family.read()


def scrape() -> bytes:
    """Give all metrics in Prometheus' text format.

    Raises:
        DatabaseError, InterfaceError: the database is out of reach.
    """
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Portal())
    return generate_latest(registry)
