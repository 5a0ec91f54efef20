"""A step waits for as many steps as it needs and are not done: no more, or it never starts; no fewer, or too early."""

from collections.abc import Iterator
from itertools import groupby, islice
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from audit.violation import Violation
from workflows.engine.plans import graph_of
from workflows.graph import Graph
from workflows.invariants.invariant import Invariant, step_subject
from workflows.models import Step, Workflow
from workflows.models.step import NOT_AN_ITEM
from workflows.states import CLAIMABLE, RunState, SkipReason, StepState

_RUNS_AT_ONCE = 200
_BEGUN = frozenset({*CLAIMABLE, StepState.RUNNING})


def _broken() -> Iterator[Violation]:
    """Nothing waits in a run that is complete. Each read of steps is one statement: it sees a run between two moves."""
    runs = Workflow.objects.exclude(status=RunState.COMPLETED).order_by("pk").values_list("pk", "plan_id").iterator()
    while plans := dict(islice(runs, _RUNS_AT_ONCE)):
        steps = Step.objects.filter(workflow_id__in=plans, index=NOT_AN_ITEM).order_by("workflow_id")
        for workflow_id, group in groupby(steps.defer("output", "item").iterator(), lambda step: step.workflow_id):
            yield from _of_run(workflow_id, graph_of(plans[workflow_id]), {step.key: step for step in group})


def _of_run(workflow_id: UUID, graph: Graph, steps: dict[str, Step]) -> Iterator[Violation]:
    for key, step in steps.items():
        if step.status == StepState.PENDING:
            waits = sum(not _is_passed(steps[need]) for need in graph.nodes[key].needs)
        elif step.status in _BEGUN and not step.is_map:
            waits = 0
        else:
            continue
        if step.remaining != waits:
            facts = {"status": step.status, "waits_for": step.remaining, "not_done": waits}
            yield Violation("needs_miscounted", step_subject(workflow_id, key, NOT_AN_ITEM), facts)


def _is_passed(step: Step) -> bool:
    """Whether what stands behind it has counted it; one that was skipped by hand is passed when its turn comes."""
    if step.status == StepState.SKIPPED:
        return step.skip_reason != SkipReason.OPERATOR or step.remaining == 0
    return step.status == StepState.SUCCEEDED


INVARIANT = Invariant(
    "needs",
    {"needs_miscounted": _("the step waits for another number of steps than are not done before it")},
    _broken,
)
