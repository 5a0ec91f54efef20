"""A run's history counts from 1 without a gap, and tells each attempt's beginning once."""

from collections.abc import Iterator

from django.db.models import Count, F, Max, Min, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from audit.violation import Violation
from workflows.invariants.counting import count_of
from workflows.invariants.invariant import Invariant, run_subject
from workflows.models import Attempt, Event, Workflow


def _broken() -> Iterator[Violation]:
    yield from _gaps()
    yield from _untold_attempts()


def _gaps() -> Iterator[Violation]:
    told = (
        Workflow.objects.order_by()
        .values("pk", "event_seq")
        .annotate(rows=Count("events"), first=Coalesce(Min("events__seq"), 1), last=Coalesce(Max("events__seq"), 0))
    )
    wrong = told.filter(~Q(rows=F("event_seq")) | ~Q(last=F("event_seq")) | ~Q(first=1))
    for workflow_id, counter, rows, first, last in wrong.values_list(
        "pk", "event_seq", "rows", "first", "last"
    ).iterator():
        facts = {"counter": counter, "rows": rows, "first": first, "last": last}
        yield Violation("event_missing", run_subject(workflow_id), facts)


def _untold_attempts() -> Iterator[Violation]:
    begun = Attempt.objects.filter(workflow=OuterRef("pk"), is_replay=False)
    told = Event.objects.filter(workflow=OuterRef("pk"), kind="step_started")
    wrong = (
        Workflow.objects.order_by().annotate(begun=count_of(begun), told=count_of(told)).exclude(begun=F("told"))
    ).values_list("pk", "begun", "told")
    for workflow_id, attempts, events in wrong.iterator():
        yield Violation("attempt_untold", run_subject(workflow_id), {"attempts": attempts, "events": events})


INVARIANT = Invariant(
    "events",
    {
        "event_missing": _("the run's history has a gap, or counts other events than there are"),
        "attempt_untold": _("the run's history tells of another number of attempts than there were"),
    },
    _broken,
)
