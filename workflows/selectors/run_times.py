"""Reads of when things happened in a run: attempts at some of its steps, waits between them, pauses."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Min, Q

from workflows.engine.plans import graph_of
from workflows.models import Attempt, Event, Step, Workflow
from workflows.models.step import NOT_AN_ITEM
from workflows.selectors.steps import current_steps
from workflows.states import CLAIMABLE, DONE, AttemptState, StepState

_BEGINS = ("run_started", "run_retried", "run_admitted")
_PAUSE_ENDS = frozenset({"run_resumed", "run_cancelled"})
_RUN_KINDS = (*_BEGINS, *_PAUSE_ENDS, "run_paused")


@dataclass(frozen=True)
class Span:
    """A time with a beginning and, once it is over, an end."""

    begin: datetime
    end: datetime | None


@dataclass(frozen=True)
class TimedAttempt:
    """An attempt; it could have begun at ``ready_at``, as far as is known."""

    row: Attempt
    ready_at: datetime | None


@dataclass(frozen=True)
class FanOutTimes:
    """When the first attempt at an item of a fan-out began and the last ended, and how far the items are."""

    begin: datetime | None
    end: datetime | None
    done: int
    failed: int
    total: int


@dataclass(frozen=True)
class StepTimes:
    """The times of a step; ``waits_since`` where it may be claimed now, ``items`` for a fan-out."""

    step: Step
    attempts: list[TimedAttempt] = field(default_factory=list)
    waits_since: datetime | None = None
    items: FanOutTimes | None = None


@dataclass(frozen=True)
class RunTimes:
    """The times of some steps of a run; ``begin`` is when the run was started first."""

    begin: datetime
    pauses: list[Span]
    steps: list[StepTimes]


def times_of(run: Workflow, rows: Sequence[Step]) -> RunTimes:
    """Read what happened to these steps, in five statements, however many these are."""
    attempts: dict[int, list[Attempt]] = {}
    for attempt in Attempt.objects.filter(step__in=rows, started_at__isnull=False).order_by("number").defer("output"):
        attempts.setdefault(attempt.step_id, []).append(attempt)
    told = _told(run, rows)
    begins = [at for kind, _step, at, _data in told if kind in _BEGINS]
    due = {(step, data.get("attempt")): data.get("due_at") for kind, step, _at, data in told if kind == "step_retrying"}
    done = _done_times(run, rows)
    fan_outs = _fan_outs(run, [row.key for row in rows if row.is_map])
    return RunTimes(
        begin=min(begins, default=run.created_at),
        pauses=list(_pauses(told)),
        steps=[
            StepTimes(
                row,
                _timed(row, attempts.get(row.pk, []), [*begins, *done[row.pk]], due),
                row.due_at if row.status in CLAIMABLE else None,
                fan_outs.get(row.key, FanOutTimes(None, None, 0, 0, 0)) if row.is_map else None,
            )
            for row in rows
        ],
    )


def _told(run: Workflow, rows: Sequence[Step]) -> list[tuple[str, str, datetime, Any]]:
    retries = Q(kind="step_retrying", step__in=[row.wire_id for row in rows])
    events = Event.objects.filter(Q(kind__in=_RUN_KINDS) | retries, workflow=run).order_by("seq")
    return list(events.values_list("kind", "step", "at", "data"))


def _done_times(run: Workflow, rows: Sequence[Step]) -> dict[int, list[datetime]]:
    """Give for each step when the steps that it needs were done; for an item when its fan-out was opened."""
    graph = graph_of(run.plan_id)
    keys = {row.key for row in rows}
    needed = {need for key in keys for need in graph.nodes[key].needs}
    done: dict[str, list[datetime]] = {}
    own = Q(step__index=NOT_AN_ITEM, step__key__in=needed, status=AttemptState.SUCCEEDED, is_replay=False)
    for key, at in Attempt.objects.filter(own, workflow=run).values_list("step__key", "finished_at"):
        done.setdefault(key, []).extend(filter(None, [at]))
    opened: dict[str, datetime] = {}
    steps = Step.objects.filter(workflow=run, index=NOT_AN_ITEM, key__in=keys | needed)
    for key, started_at, finished_at in steps.values_list("key", "started_at", "finished_at"):
        done.setdefault(key, []).extend(filter(None, [finished_at]))
        if started_at:
            opened[key] = started_at
    return {
        row.pk: [opened[row.key]]
        if row.is_item and row.key in opened
        else [at for need in graph.nodes[row.key].needs for at in done.get(need, ())]
        for row in rows
    }


def _timed(
    row: Step, attempts: Iterable[Attempt], openings: Sequence[datetime], due: dict[tuple[str, Any], Any]
) -> list[TimedAttempt]:
    """Say since when each attempt could have begun: the last thing before it that it had to wait for."""
    timed: list[TimedAttempt] = []
    before: list[datetime] = []
    for attempt in attempts:
        assert attempt.started_at is not None  # noqa: S101 (only such are read)
        possible = [at for at in (*openings, *before) if at <= attempt.started_at]
        timed.append(TimedAttempt(attempt, None if attempt.is_replay else max(possible, default=None)))
        if attempt.finished_at:
            before.append(attempt.finished_at)
        if text := due.get((row.wire_id, attempt.number)):
            before.append(datetime.fromisoformat(text))
    return timed


def _pauses(told: Iterable[tuple[str, str, datetime, Any]]) -> Iterable[Span]:
    begin: datetime | None = None
    for kind, _step, at, _data in told:
        if kind == "run_paused":
            begin = at
        elif begin and kind in _PAUSE_ENDS:
            yield Span(begin, at)
            begin = None
    if begin:
        yield Span(begin, None)


def _fan_outs(run: Workflow, keys: Sequence[str]) -> dict[str, FanOutTimes]:
    items = current_steps(Step.objects.filter(workflow=run, key__in=keys, index__gt=NOT_AN_ITEM))
    rows = items.values("key").annotate(
        begin=Min("started_at"),
        end=Max("finished_at"),
        done=Count("pk", filter=Q(status__in=DONE)),
        failed=Count("pk", filter=Q(status=StepState.FAILED)),
        total=Count("pk"),
    )
    return {row["key"]: FanOutTimes(row["begin"], row["end"], row["done"], row["failed"], row["total"]) for row in rows}
