"""What a metric is: its name, kind, labels and meaning, said once for the exposition, the handbook and the tests."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric as Family


class Kind(StrEnum):
    """What may be done with the values."""

    GAUGE = "gauge"
    """Goes up and down: read it as it is."""
    COUNTER = "counter"
    """Only grows: read how fast (``rate``, ``increase``)."""


@dataclass(frozen=True)
class Metric:
    """A metric; the name of a counter ends in ``_total``.

    ``meaning`` is sent as the HELP line. It stays English, as the names do: dashboards are written against both.
    """

    name: str
    kind: Kind
    meaning: str
    labels: tuple[str, ...] = ()

    def samples(self, values: Iterable[tuple[Sequence[str], float]]) -> Family:
        """Give the metric with its values, each with those of the labels."""
        builder = CounterMetricFamily if self.kind is Kind.COUNTER else GaugeMetricFamily
        family = builder(self.name, self.meaning, labels=self.labels)
        for labels, value in values:
            family.add_metric(labels, value)
        return family

    def sample(self, value: float | None) -> Family:
        """Give a metric without labels; ``None``: there is nothing to be said now."""
        return self.samples([] if value is None else [((), value)])
