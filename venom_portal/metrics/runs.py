"""Runs: how many are in which state, and how much work the live ones still have."""

from collections import Counter
from collections.abc import Iterator

from prometheus_client.metrics_core import Metric as Family

from venom_portal.metrics.metric import Kind, Metric
from venom_portal.metrics.reading import rows
from workflows.states import ENDED, Admission, RunState

RUNS = Metric(
    "venom_runs",
    Kind.GAUGE,
    "Runs by state; of those that have ended, 100000 of each state are counted at most.",
    ("state",),
)
WAITING = Metric("venom_runs_waiting_for_a_place", Kind.GAUGE, "Running runs that wait until others of their kind end.")
UNDONE = Metric("venom_run_steps_undone", Kind.GAUGE, "Steps that live runs still have to do.", ("state",))
IN_FLIGHT = Metric("venom_run_attempts_in_flight", Kind.GAUGE, "Attempts in flight, by their run's state.", ("state",))
METRICS = (RUNS, WAITING, UNDONE, IN_FLIGHT)

_LIVE = [state for state in RunState if state not in ENDED]


def _listed(states: list[RunState]) -> str:
    return ", ".join(f"'{state}'" for state in states)


# The condition is that of an index: runs that have ended are not looked at.
_OF_LIVE = (
    "SELECT status, admission, count(*), sum(total - done), sum(in_flight) FROM workflows_workflow "  # noqa: S608 (constants)
    f"WHERE status IN ({_listed(_LIVE)}) GROUP BY status, admission"
)
_MOST_ENDED = 100_000
_OF_ENDED = " UNION ALL ".join(
    f"SELECT '{state}', count(*) FROM "  # noqa: S608 (constants)
    f"(SELECT 1 FROM workflows_workflow WHERE status = '{state}' LIMIT %s) AS {state}"
    for state in sorted(ENDED)
)


def read() -> Iterator[Family]:
    """Count the runs: two statements."""
    states: Counter[str] = Counter(dict(rows(_OF_ENDED, (_MOST_ENDED,) * len(ENDED))))
    waiting, undone, in_flight = 0, Counter[str](), Counter[str]()
    for status, admission, count, steps, attempts in rows(_OF_LIVE):
        states[status] += count
        undone[status] += int(steps)
        in_flight[status] += int(attempts)
        waiting += count if (status, admission) == (RunState.RUNNING, Admission.WAITING) else 0
    yield RUNS.samples(((state,), states[state]) for state in RunState)
    yield WAITING.sample(waiting)
    yield UNDONE.samples(((state,), undone[state]) for state in _LIVE)
    yield IN_FLIGHT.samples(((state,), in_flight[state]) for state in _LIVE)
