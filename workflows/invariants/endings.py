"""A run that has ended has nothing left to run; one that is put back has not begun."""

from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit.violation import Violation
from workflows.invariants.invariant import Invariant, run_subject, step_subject
from workflows.models import Step, Workflow
from workflows.models.step import NOT_AN_ITEM
from workflows.states import CLAIMABLE, DONE, RunState, StepState

_BEGUN = Q(status__in=CLAIMABLE) | Q(status=StepState.RUNNING, is_map=False)
_LEFT = {
    # Items of a fan-out that was not opened again are left as they were.
    RunState.COMPLETED: _BEGUN | (Q(index=NOT_AN_ITEM) & ~Q(status__in=DONE)),
    # A fan-out whose item failed stays open: a retry goes on with its items.
    RunState.FAILED: _BEGUN,
    RunState.CANCELLED: ~Q(status__in=[*DONE, StepState.FAILED, StepState.CANCELLED]),
    RunState.IDLE: _BEGUN | Q(status=StepState.RUNNING),
}


def _broken() -> Iterator[Violation]:
    for state, left in _LEFT.items():
        steps = Step.objects.filter(left, workflow__status=state)
        for workflow_id, key, index, status in steps.values_list("workflow_id", "key", "index", "status").iterator():
            seen = {"run": state.value, "step": status}
            yield Violation("step_left_at_work", step_subject(workflow_id, key, index), seen)
    # The attempts of a cancelled run are told to stop, and take their time.
    busy = Workflow.objects.filter(status__in=(RunState.COMPLETED, RunState.FAILED), in_flight__gt=0)
    for workflow_id, status, in_flight in busy.values_list("pk", "status", "in_flight").iterator():
        facts = {"run": status, "in_flight": in_flight}
        yield Violation("ended_with_attempts", run_subject(workflow_id), facts)


INVARIANT = Invariant(
    "endings",
    {
        "step_left_at_work": _("the run does not run, but one of its steps is at work or waits for a worker"),
        "ended_with_attempts": _("the run has ended, but attempts of it are in flight"),
    },
    _broken,
)
