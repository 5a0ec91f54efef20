"""How far the seals are behind the audit trail."""

from collections.abc import Iterator

from prometheus_client.metrics_core import Metric as Family

from audit.models import Pending
from audit.selectors.seals import seal_lag
from venom_portal.metrics.metric import Kind, Metric

UNSEALED = Metric("venom_unsealed_entries", Kind.GAUGE, "Audit entries that have no seal yet.")
LAG = Metric("venom_seal_lag_seconds", Kind.GAUGE, "Age of the oldest audit entry that has no seal; 0: there is none.")
METRICS = (UNSEALED, LAG)


def read() -> Iterator[Family]:
    """Look at what waits to be sealed, which is little unless nobody seals: two statements."""
    yield UNSEALED.sample(Pending.objects.count())
    yield LAG.sample(seal_lag())
