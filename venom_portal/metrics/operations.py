"""What was asked of the portal, and what came of it, from the sealed entries of the audit trail."""

from collections import Counter
from collections.abc import Iterator

from django.db.models import Count, Max
from prometheus_client.metrics_core import Metric as Family

from audit.models import Entry, Leaf, Seal
from venom_portal.metrics.metric import Kind, Metric
from venom_portal.metrics.tally import Key, counts_of

OPERATIONS = Metric(
    "venom_operations_total",
    Kind.COUNTER,
    "Operations in the audit trail, counted when they are sealed.",
    ("operation", "result", "reason"),
)
METRICS = (OPERATIONS,)


class Seals:
    """The trail, seal by seal: entries have no numbers of their own, seals have, without a gap."""

    name = "operations"
    at_once = 250

    def end(self) -> int:
        """Give the last seal's number."""
        return Seal.objects.aggregate(last=Max("number"))["last"] or 0

    def count(self, after: int, through: int) -> Counter[Key]:
        """Count the entries below these seals."""
        sealed = Leaf.objects.filter(seal_number__gt=after, seal_number__lte=through).values("entry_id")
        entries = Entry.objects.filter(pk__in=sealed).values_list("operation_type", "result", "reason_code")
        return Counter({tuple(key): count for *key, count in entries.annotate(count=Count("pk")).order_by()})


def read() -> Iterator[Family]:
    """Count what has been sealed since the last scrape."""
    yield OPERATIONS.samples(sorted(counts_of(Seals()).items()))
