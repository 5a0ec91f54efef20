"""What has to be known of a run, and of the parts around it, to say why it moves or does not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Now
from django.utils import timezone

from workflows.models import Attempt, Session, Step, Workflow
from workflows.models.session import SessionKind
from workflows.models.step import NOT_AN_ITEM
from workflows.selectors.lines import Line, lines_of
from workflows.states import CLAIMABLE, Admission, AttemptState, RunState, StepState

NAMED_AT_MOST = 10
"""Steps that are named one by one; of the others it is said how many there are."""

CLOCK_IS_SILENT_AFTER = timedelta(seconds=10)


@dataclass(frozen=True)
class Facts:
    """A run and what is around it.

    ``running`` are steps whose attempt runs, ``held`` steps that wait until an older attempt has ended (with the
    annotation ``stop_requested_at``), ``backing_off`` steps that will be tried again later, ``first_due`` those that
    any worker may claim now: of each at most ``NAMED_AT_MOST``. ``due`` counts the last kind, the oldest of which is
    due since ``due_since``. ``lines`` are the places that the run waits for, ``unserved`` the queues of due steps that
    no live worker serves.
    """

    run: Workflow
    running: Sequence[Step]
    held: Sequence[Step]
    backing_off: Sequence[Step]
    due: int
    due_since: datetime | None
    first_due: Sequence[Step]
    pending: int
    unconfirmed: int
    live_workers: int
    lines: Sequence[Line]
    unserved: Sequence[str]
    clock_ticks: bool
    broker_answers: bool

    @property
    def may_start_steps(self) -> bool:
        """Whether the run's state lets steps start."""
        is_going = self.run.status == RunState.RUNNING and self.run.error is None
        return is_going and self.run.admission != Admission.WAITING


def facts_of(run: Workflow, *, broker_answers: bool) -> Facts:
    """Read them; whether the broker answers is the caller's to find out.

    What a run's state leaves no room for is not looked for: steps are due in a running run only.
    """
    steps = Step.objects.filter(workflow=run).defer("item", "output", "checkpoint")
    now = timezone.now()
    counts = _counts(run, now)
    sessions = _sessions()
    return Facts(
        run=run,
        running=_running(steps) if run.in_flight else [],
        held=_held(run) if run.in_flight else [],
        backing_off=_backing_off(steps, now) if run.status == RunState.RUNNING else [],
        due=counts["due"],
        due_since=counts["due_since"],
        first_due=list(steps.filter(_due(now)).order_by("due_at", "pk")[:NAMED_AT_MOST]) if counts["due"] else [],
        pending=counts["pending"],
        unconfirmed=_unconfirmed(run),
        live_workers=sessions["workers"],
        lines=lines_of(run),
        unserved=_unserved(run, now) if counts["due"] else [],
        clock_ticks=sessions["clocks"] > 0,
        broker_answers=broker_answers,
    )


def _running(steps: QuerySet[Step]) -> list[Step]:
    return list(steps.filter(status=StepState.RUNNING, session__isnull=False).order_by("pk")[:NAMED_AT_MOST])


def _backing_off(steps: QuerySet[Step], now: datetime) -> list[Step]:
    waiting = steps.filter(status=StepState.WAITING, due_at__gt=now, session__isnull=True)
    return list(waiting.order_by("due_at")[:NAMED_AT_MOST])


def _counts(run: Workflow, now: datetime) -> dict[str, Any]:
    if run.status != RunState.RUNNING:
        return {"due": 0, "due_since": None, "pending": 0}
    due = _due(now)
    return Step.objects.filter(workflow=run).aggregate(
        due=Count("pk", filter=due),
        due_since=Min("due_at", filter=due),
        pending=Count("pk", filter=Q(status=StepState.PENDING, index=NOT_AN_ITEM)),
    )


def _due(now: datetime) -> Q:
    return Q(status__in=CLAIMABLE, due_at__lte=now, session__isnull=True)


def _held(run: Workflow) -> list[Step]:
    asked = Attempt.objects.filter(step=OuterRef("pk"), status=AttemptState.RUNNING, is_replay=False)
    rows = Step.objects.filter(workflow=run, session__isnull=False).exclude(status=StepState.RUNNING)
    rows = rows.annotate(stop_requested_at=Subquery(asked.values("stop_requested_at")[:1]))
    return list(rows.defer("item", "output", "checkpoint").order_by("pk")[:NAMED_AT_MOST])


def _unconfirmed(run: Workflow) -> int:
    """Count the attempts of a cancelled run that never said that they stopped."""
    if run.status != RunState.CANCELLED:
        return 0
    return Attempt.objects.filter(step__workflow=run, status=AttemptState.UNCONFIRMED).count()


def _unserved(run: Workflow, now: datetime) -> list[str]:
    """Name the queues in which steps of the run are due, and which no live worker serves."""
    queues = set(Step.objects.filter(_due(now), workflow=run).values_list("queue", flat=True).distinct())
    workers = Session.objects.filter(ended_at=None, kind=SessionKind.WORKER, expires_at__gt=Now())
    served = {queue for served in workers.values_list("queues", flat=True) for queue in served}
    return sorted(queues - served)


def _sessions() -> dict[str, int]:
    """Count the workers and clocks that are alive, by the database's clock."""
    return Session.objects.filter(ended_at=None).aggregate(
        workers=Count("pk", filter=Q(kind=SessionKind.WORKER, expires_at__gt=Now())),
        clocks=Count("pk", filter=Q(kind=SessionKind.CLOCK, heartbeat_at__gt=Now() - CLOCK_IS_SILENT_AFTER)),
    )
