"""A step's result is recorded once in a generation, by the attempt whose token the step has accepted."""

from collections.abc import Iterator

from django.db.models import Count, Exists, F, OuterRef
from django.utils.translation import gettext_lazy as _

from audit.violation import Violation
from workflows.invariants.invariant import Invariant, step_subject
from workflows.models import Attempt, Step
from workflows.states import AttemptState, StepState

_ACCEPTED = Attempt.objects.filter(status=AttemptState.SUCCEEDED, is_replay=False)
_PLACE = ("workflow_id", "key", "index")


def _broken() -> Iterator[Violation]:
    yield from _twice()
    yield from _not_the_accepted_one()
    yield from _lost()


def _twice() -> Iterator[Violation]:
    several = (
        _ACCEPTED.order_by()
        .values("step", "generation", "step__workflow_id", "step__key", "step__index")
        .annotate(results=Count("pk"))
        .filter(results__gt=1)
    )
    for row in several.iterator():
        subject = step_subject(row["step__workflow_id"], row["step__key"], row["step__index"])
        yield Violation("result_twice", subject, {"generation": row["generation"], "results": row["results"]})


def _not_the_accepted_one() -> Iterator[Violation]:
    """A fan-out succeeds with its last item and has no attempt of its own."""
    giver = _ACCEPTED.filter(step=OuterRef("pk"), generation=OuterRef("generation"), token=OuterRef("token"))
    orphans = Step.objects.filter(~Exists(giver), status=StepState.SUCCEEDED, is_map=False)
    for workflow_id, key, index, token, generation in orphans.values_list(*_PLACE, "token", "generation").iterator():
        facts = {"token": token, "generation": generation}
        yield Violation("result_of_nobody", step_subject(workflow_id, key, index), facts)


def _lost() -> Iterator[Violation]:
    """What a step has once accepted stays until a retry or a restart begins its next generation."""
    accepted = _ACCEPTED.filter(generation=F("step__generation")).exclude(step__status=StepState.SUCCEEDED)
    gone = accepted.values_list("step__workflow_id", "step__key", "step__index", "number", "step__status")
    for workflow_id, key, index, number, status in gone.iterator():
        facts = {"attempt": number, "status": status}
        yield Violation("result_lost", step_subject(workflow_id, key, index), facts)
    empty = Step.objects.filter(status=StepState.SUCCEEDED, is_map=False, output__isnull=True)
    for workflow_id, key, index in empty.values_list(*_PLACE).iterator():
        yield Violation("output_lost", step_subject(workflow_id, key, index))


INVARIANT = Invariant(
    "results",
    {
        "result_twice": _("more than one result was accepted for one step in one generation"),
        "result_of_nobody": _("the step succeeded, but not by an attempt that held its token"),
        "result_lost": _("an attempt's result was accepted, but the step does not count as succeeded"),
        "output_lost": _("the step succeeded, but its output is not there"),
    },
    _broken,
)
