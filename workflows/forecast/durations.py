"""How long steps took before."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from statistics import median

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from workflows.models import Attempt, Workflow
from workflows.states import AttemptState

_LAST_RUNS = 20
_LAST_ATTEMPTS = 200


@dataclass(frozen=True)
class Duration:
    """Seconds that a step's attempts took: half of them at most ``median``, 95 of 100 at most ``p95``."""

    median: float
    p95: float


def durations_of(definition_name: str, tasks: Collection[str]) -> dict[str, Duration]:
    """Tell how long each of these tasks took in the last runs of a workflow; one that never succeeded is left out.

    One statement, bounded by the runs that it looks at: the last 20, and the last 200 attempts of each task in them.
    """
    if not tasks:
        return {}
    started = Workflow.objects.filter(definition_name=definition_name, started_at__isnull=False)
    recent = started.order_by("-pk").values("pk")[:_LAST_RUNS]
    newest_first = Window(RowNumber(), partition_by=F("step__task"), order_by=F("pk").desc())
    rows = (
        Attempt.objects.filter(step__workflow__in=recent, step__task__in=set(tasks))
        .filter(status=AttemptState.SUCCEEDED, is_replay=False)
        .annotate(place=newest_first)
        .filter(place__lte=_LAST_ATTEMPTS)
        .values_list("step__task", "started_at", "finished_at")
    )
    seconds: dict[str, list[float]] = {}
    for task, started_at, finished_at in rows:
        if started_at and finished_at:
            seconds.setdefault(task, []).append((finished_at - started_at).total_seconds())
    return {task: duration(values) for task, values in seconds.items()}


def duration(seconds: Iterable[float]) -> Duration:
    """Sum up attempts; there is at least one. The 95th percentile is that of the nearest rank."""
    ordered = sorted(max(0.0, value) for value in seconds)
    return Duration(median(ordered), ordered[-(-95 * len(ordered) // 100) - 1])
