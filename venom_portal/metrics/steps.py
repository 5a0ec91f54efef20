"""Steps that somebody should come for, or has come for, by queue."""

from collections.abc import Iterator
from datetime import UTC, datetime

from django.db import connection
from django.utils import timezone
from prometheus_client.metrics_core import Metric as Family

from venom_portal.metrics.metric import Kind, Metric
from venom_portal.metrics.reading import rows
from workflows.states import CLAIMABLE, Admission, RunState, StepState

STEPS = Metric(
    "venom_steps",
    Kind.GAUGE,
    "Steps that are ready, wait for their next attempt or are leased to a worker; those of paused runs too.",
    ("queue", "state"),
)
DUE = Metric("venom_steps_due", Kind.GAUGE, "Steps that a worker may claim now.", ("queue",))
OLDEST = Metric(
    "venom_oldest_due_step_age_seconds", Kind.GAUGE, "How long the longest waiting due step has been due.", ("queue",)
)
METRICS = (STEPS, DUE, OLDEST)

# The conditions on the state are those of two partial indexes: no step that is done is looked at.
_CLAIMABLE = f"status IN ({', '.join(repr(state.value) for state in sorted(CLAIMABLE))})"
_WAITING = f"SELECT queue, status, count(*) FROM workflows_step WHERE {_CLAIMABLE} GROUP BY queue, status"  # noqa: S608 (constants)
_LEASED = (
    "SELECT queue, status, count(*) FROM workflows_step "  # noqa: S608 (constants)
    f"WHERE session_id IS NOT NULL AND status = '{StepState.RUNNING}' GROUP BY queue, status"
)
# What ``engine.urgency.claimable_now`` says, written out; a test holds one against the other.
_DUE = (
    "SELECT step.queue, count(*), min(step.due_at) FROM workflows_step step "  # noqa: S608 (constants)
    "JOIN workflows_workflow run ON run.id = step.workflow_id "
    f"WHERE step.{_CLAIMABLE} AND step.due_at <= %s AND step.session_id IS NULL "
    f"AND run.status = '{RunState.RUNNING}' AND run.error IS NULL AND run.admission <> '{Admission.WAITING}' "
    "GROUP BY step.queue"
)


def read() -> Iterator[Family]:
    """Count the steps: three statements."""
    counts = {(queue, status): count for queue, status, count in (*rows(_WAITING), *rows(_LEASED))}
    now = timezone.now()
    due = rows(_DUE, (connection.ops.adapt_datetimefield_value(now),))
    found = {queue: (count, _age(oldest, now)) for queue, count, oldest in due}
    # A queue whose steps are all waiting or running has none that is due: that is said, so that graphs fall to zero.
    queues = sorted({queue for queue, _status in counts} | set(found))
    yield STEPS.samples(sorted(counts.items()))
    yield DUE.samples(((queue,), found.get(queue, (0, 0.0))[0]) for queue in queues)
    yield OLDEST.samples(((queue,), found.get(queue, (0, 0.0))[1]) for queue in queues)


def _age(due_at: datetime | str, now: datetime) -> float:
    """Give the seconds since a time as the driver gives it: SQLite's is text, in UTC."""
    if isinstance(due_at, str):
        due_at = datetime.fromisoformat(due_at).replace(tzinfo=UTC)
    return (now - due_at).total_seconds()
