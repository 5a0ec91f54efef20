"""What a scrape says, taken apart by Prometheus' own reader."""

from prometheus_client.parser import text_string_to_metric_families

from venom_portal.metrics.scrape import scrape


class Scraped:
    """The values of one scrape."""

    def __init__(self, text: str | None = None) -> None:
        families = text_string_to_metric_families(scrape().decode() if text is None else text)
        self.samples = [sample for family in families for sample in family.samples]

    @property
    def names(self) -> set[str]:
        return {sample.name for sample in self.samples}

    def value(self, name: str, **labels: str) -> float:
        """Give the one value of a metric with these labels."""
        (found,) = [sample.value for sample in self.samples if sample.name == name and sample.labels == labels]
        return found

    def by(self, label: str, name: str, **labels: str) -> dict[str, float]:
        """Give the values of a metric that are not zero, by a label."""
        return {
            sample.labels[label]: sample.value
            for sample in self.samples
            if sample.name == name and labels.items() <= sample.labels.items() and sample.value
        }
