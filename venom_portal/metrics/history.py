"""What has happened to runs and attempts, counted from the runs' histories."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from django.db.models import Count, Max
from django.db.models.fields.json import KeyTextTransform
from prometheus_client.metrics_core import Metric as Family

from venom_portal.metrics.metric import Kind, Metric
from venom_portal.metrics.tally import Key, counts_of
from workflows.models import Event
from workflows.states import AttemptState, RunState

CREATED = Metric("venom_runs_created_total", Kind.COUNTER, "Runs created.")
ENDED = Metric("venom_runs_ended_total", Kind.COUNTER, "Times that a run ended, by how.", ("state",))
STARTED = Metric("venom_attempts_started_total", Kind.COUNTER, "Claims: attempts that a worker began; no replays.")
ATTEMPTS = Metric(
    "venom_attempts_ended_total",
    Kind.COUNTER,
    "Attempts by how they ended; one that was given up and reported later counts as lost and as late.",
    ("state",),
)
REPLAYS = Metric("venom_replays_ended_total", Kind.COUNTER, "Replays that reported, by how they ended.", ("state",))
METRICS = (CREATED, ENDED, STARTED, ATTEMPTS, REPLAYS)

_RUN_ENDS: Final = {
    "run_completed": RunState.COMPLETED,
    "run_failed": RunState.FAILED,
    "run_cancelled": RunState.CANCELLED,
}
_ATTEMPT_ENDS: Final = {
    f"step_{state}": state
    for state in (
        AttemptState.SUCCEEDED,
        AttemptState.FAILED,
        AttemptState.INTERRUPTED,
        AttemptState.LOST,
        AttemptState.UNCONFIRMED,
    )
} | {"step_retrying": AttemptState.FAILED, "attempt_late": AttemptState.LATE}
_GIVEN_UP: Final = "worker_lost"
"""The code of a step that fails because its workers were lost; the attempt has been told of as lost before."""
_ENDS: Final = [state for state in AttemptState if state not in (AttemptState.RUNNING, AttemptState.QUEUED)]


class History:
    """All events of all runs, in the order in which they were written."""

    name = "history"
    at_once = 250_000

    def end(self) -> int:
        """Give the last event's number."""
        return Event.objects.aggregate(last=Max("pk"))["last"] or 0

    def count(self, after: int, through: int) -> Counter[Key]:
        """Count the events by the metric, and its label, that they belong to."""
        events = Event.objects.filter(pk__gt=after, pk__lte=through).values_list(
            "kind",
            KeyTextTransform("code", "data"),
            KeyTextTransform("status", "data"),
            KeyTextTransform("attempt", "data"),
        )
        found: Counter[Key] = Counter()
        for kind, code, status, attempt, count in events.annotate(count=Count("pk")).order_by():
            if key := _key(kind, code, status, has_attempt=attempt is not None):
                found[key] += count
        return found


def _key(kind: str, code: str | None, status: str | None, *, has_attempt: bool) -> Key | None:
    """Say what an event counts as; a step that ended without an attempt, as an empty fan-out does, counts as none."""
    if kind == "run_created":
        return (CREATED.name,)
    if kind in _RUN_ENDS:
        return ENDED.name, _RUN_ENDS[kind]
    if kind == "step_started":
        return (STARTED.name,)
    if kind == "replay_ended" and status:
        return REPLAYS.name, status
    if kind in _ATTEMPT_ENDS and has_attempt and code != _GIVEN_UP:
        is_timeout = code == AttemptState.TIMEOUT
        return ATTEMPTS.name, AttemptState.TIMEOUT if is_timeout else status or _ATTEMPT_ENDS[kind]
    return None


def read() -> Iterator[Family]:
    """Count what has come since the last scrape."""
    counts = counts_of(History())
    yield CREATED.sample(counts[CREATED.name,])
    yield ENDED.samples(((state,), counts[ENDED.name, state]) for state in _RUN_ENDS.values())
    yield STARTED.sample(counts[STARTED.name,])
    yield ATTEMPTS.samples(((state,), counts[ATTEMPTS.name, state]) for state in _ENDS)
    yield REPLAYS.samples((key[1:], count) for key, count in sorted(counts.items()) if key[0] == REPLAYS.name)
