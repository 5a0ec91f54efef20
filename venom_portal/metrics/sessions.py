"""Workers and clocks, by their heartbeats; ages are told by the database's clock."""

from collections.abc import Iterator

from django.db.models import Count, DurationField, ExpressionWrapper, F, Max
from django.db.models.functions import Now
from prometheus_client.metrics_core import Metric as Family

from venom_portal.metrics.metric import Kind, Metric
from workflows.models import Session
from workflows.models.session import SessionKind

LIVE = Metric("venom_sessions", Kind.GAUGE, "Processes whose heartbeat is fresh.", ("kind",))
OLDEST = Metric(
    "venom_oldest_heartbeat_age_seconds", Kind.GAUGE, "Age of the oldest heartbeat among live sessions.", ("kind",)
)
TICK = Metric(
    "venom_clock_last_tick_age_seconds", Kind.GAUGE, "Time since a clock last ticked; missing before the first tick."
)
METRICS = (LIVE, OLDEST, TICK)

_AGE = ExpressionWrapper(Now() - F("heartbeat_at"), output_field=DurationField())


def read() -> Iterator[Family]:
    """Count the sessions: two statements."""
    alive = Session.objects.filter(kind__in=SessionKind.values, ended_at=None, expires_at__gt=Now())
    found = {row["kind"]: row for row in alive.values("kind").annotate(count=Count("pk"), age=Max(_AGE))}
    yield LIVE.samples(((kind,), found[kind]["count"] if kind in found else 0) for kind in SessionKind.values)
    yield OLDEST.samples(((kind,), max(0.0, row["age"].total_seconds())) for kind, row in sorted(found.items()))
    yield TICK.sample(_last_tick())


def _last_tick() -> float | None:
    ticks = Session.objects.filter(kind=SessionKind.CLOCK).order_by("-expires_at")
    age = ticks.annotate(age=_AGE).values_list("age", flat=True).first()
    return None if age is None else max(0.0, age.total_seconds())
