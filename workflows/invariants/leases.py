"""Whoever runs a step holds its lease, alone, and lives; who is dead loses it to recovery."""

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, Now
from django.utils.translation import gettext_lazy as _

from audit.violation import Violation
from workflows.invariants.invariant import Invariant, step_subject
from workflows.models import Attempt, Session, Step
from workflows.models.session import SessionKind
from workflows.states import AttemptState, StepState

TWO_PERIODS = timedelta(seconds=4)
"""Of the clock."""
RECOVERY_TIME = TWO_PERIODS + timedelta(seconds=settings.VENOM_LEASE_SECONDS / 3)
"""How long a dead worker's step may be running while a clock ticks: two of its periods, and the time of a heartbeat,
which it gives to all when everything stood still."""

_AT_WORK = Attempt.objects.filter(status=AttemptState.RUNNING, is_replay=False)
_PLACE = ("workflow_id", "key", "index")
_STEP_PLACE = ("step__workflow_id", "step__key", "step__index")


def _broken() -> Iterator[Violation]:
    yield from _without_lease()
    yield from _lease_and_attempt_apart()
    yield from _two_at_once()
    yield from _of_the_dead()


def _without_lease() -> Iterator[Violation]:
    bare = Step.objects.filter(status=StepState.RUNNING, is_map=False, session__isnull=True)
    for place in bare.values_list(*_PLACE).iterator():
        yield Violation("running_without_lease", step_subject(*place))


def _lease_and_attempt_apart() -> Iterator[Violation]:
    """A step that was taken from an attempt keeps the lease until that attempt has ended."""
    holder = _AT_WORK.filter(step=OuterRef("pk"), session=OuterRef("session"))
    idle = Step.objects.filter(~Exists(holder), session__isnull=False)
    for *place, session_id in idle.values_list(*_PLACE, "session_id").iterator():
        yield Violation("lease_without_attempt", step_subject(*place), {"session": str(session_id)})
    loose = _AT_WORK.filter(~Q(session=F("step__session")) | Q(step__session__isnull=True) | Q(session__isnull=True))
    for *place, number, session_id in loose.values_list(*_STEP_PLACE, "number", "session_id").iterator():
        facts = {"attempt": number, "session": str(session_id)}
        yield Violation("attempt_without_lease", step_subject(*place), facts)


def _two_at_once() -> Iterator[Violation]:
    several = _AT_WORK.order_by().values("step", *_STEP_PLACE).annotate(attempts=Count("pk")).filter(attempts__gt=1)
    for row in several.iterator():
        place = (row[name] for name in _STEP_PLACE)
        yield Violation("two_attempts_at_once", step_subject(*place), {"attempts": row["attempts"]})


def _of_the_dead() -> Iterator[Violation]:
    """One whom a clock outlived for long enough. A tick may take long: who is suspect is looked at a second time."""
    suspects = {(step.pk, step.token) for step in _held_by_the_dead()}
    if not suspects:
        return
    time.sleep(TWO_PERIODS.total_seconds())
    for step in _held_by_the_dead():
        if (step.pk, step.token) in suspects:
            facts = {"session": str(step.session_id), "dead_since": step.died_at.isoformat()}
            yield Violation("lease_of_the_dead", step_subject(step.workflow_id, step.key, step.index), facts)


def _held_by_the_dead() -> QuerySet[Any]:
    """Without a clock nothing is recovered: that is the doctor's matter."""
    clocks = Session.objects.filter(
        kind=SessionKind.CLOCK,
        heartbeat_at__gte=OuterRef("died_at") + RECOVERY_TIME,
        started_at__lte=F("heartbeat_at") - RECOVERY_TIME,
    )
    held = Step.objects.filter(status=StepState.RUNNING, is_map=False, session__isnull=False).annotate(
        died_at=Coalesce("session__ended_at", "session__expires_at")
    )
    return held.filter(Exists(clocks), died_at__lt=Now()).only("workflow", "key", "index", "token", "session")


INVARIANT = Invariant(
    "leases",
    {
        "running_without_lease": _("the step is running, but nobody holds its lease"),
        "lease_without_attempt": _("a worker holds the step's lease, but has no attempt at it in flight"),
        "attempt_without_lease": _("an attempt is in flight, but its worker does not hold the step's lease"),
        "two_attempts_at_once": _("several attempts at the step are in flight at the same time"),
        "lease_of_the_dead": _("the step's worker is long dead, and recovery has not taken the step back"),
    },
    _broken,
)
