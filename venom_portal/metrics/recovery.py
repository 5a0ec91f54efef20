"""How long it took until a step whose worker was lost ran again: the attempts of the last hour."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import OuterRef, Subquery
from django.utils import timezone
from prometheus_client.metrics_core import Metric as Family

from venom_portal.metrics.metric import Kind, Metric
from workflows.models import Attempt
from workflows.states import AttemptState

LOST = Metric(
    "venom_recent_lost_attempts",
    Kind.GAUGE,
    "Attempts lost in the last hour that have not reported since; at most 1000 are looked at.",
)
RECOVERED = Metric("venom_recent_recoveries", Kind.GAUGE, "Those of them that were followed by another attempt.")
SECONDS = Metric(
    "venom_recent_recovery_seconds",
    Kind.GAUGE,
    "Time from the lost worker's last heartbeat to the next attempt's start; quantile 1 is the longest.",
    ("quantile",),
)
METRICS = (LOST, RECOVERED, SECONDS)

_WINDOW = timedelta(hours=1)
_AT_MOST = 1000
_QUANTILES = (0.5, 0.9, 1.0)


def read() -> Iterator[Family]:
    """Look at the lost attempts: one statement."""
    lost = _lost()
    times = sorted((after - heard).total_seconds() for heard, after in lost if heard and after)
    yield LOST.sample(len(lost))
    yield RECOVERED.sample(len(times))
    yield SECONDS.samples(((f"{quantile:g}",), _quantile(times, quantile)) for quantile in _QUANTILES if times)


def _lost() -> list[tuple[datetime | None, datetime | None]]:
    """Give for each lost attempt when its worker was last heard of and when the next attempt began."""
    following = Attempt.objects.filter(step=OuterRef("step"), number=OuterRef("number") + 1, is_replay=False)
    recent = Attempt.objects.filter(
        status=AttemptState.LOST, finished_at__gt=timezone.now() - _WINDOW, is_replay=False
    ).order_by("-finished_at")
    return list(recent.values_list("session__heartbeat_at", Subquery(following.values("started_at")))[:_AT_MOST])


def _quantile(values: list[float], quantile: float) -> float:
    return values[min(len(values) - 1, int(quantile * len(values)))]
