"""Who works under a bound has its places, who waits stands in line, and nobody else keeps one occupied."""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from audit.violation import Violation
from workflows.invariants.invariant import Invariant, run_subject
from workflows.models import Place, Workflow
from workflows.states import Admission, RunState

_TAKEN = Exists(Place.objects.filter(workflow=OuterRef("pk"), is_taken=True))
_AWAITED = Exists(Place.objects.filter(workflow=OuterRef("pk"), is_taken=False))
# What is in flight when a run ends keeps its places until it is over.
_OVER = ~Q(status__in=(RunState.RUNNING, RunState.PAUSED)) & Q(in_flight=0)


def _broken() -> Iterator[Violation]:
    runs = Workflow.objects.order_by()
    yield from _named("place_left_behind", runs.filter(_TAKEN | _AWAITED, Q(admission=Admission.OPEN) | _OVER))
    waiting = runs.filter(admission=Admission.WAITING)
    yield from _named("waits_for_nothing", waiting.filter(_TAKEN | ~_AWAITED | ~Q(status=RunState.RUNNING)))
    yield from _named("works_without_place", runs.filter(_AWAITED | ~_TAKEN, admission=Admission.ADMITTED))


def _named(rule: str, runs: QuerySet[Workflow]) -> Iterator[Violation]:
    for workflow_id, status, admission in runs.values_list("pk", "status", "admission").iterator():
        yield Violation(rule, run_subject(workflow_id), {"run": status, "admission": admission})


INVARIANT = Invariant(
    "places",
    {
        "place_left_behind": _("the run keeps a place among a bounded number of runs occupied that it has no need of"),
        "waits_for_nothing": _("the run waits for a place, but does not stand in line for one"),
        "works_without_place": _("the run was let in under a bound on the number of runs, but has no place there"),
    },
    _broken,
)
