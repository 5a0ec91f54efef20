"""Effects that several operations have in common, read from the run's steps."""

from collections import Counter
from collections.abc import Iterable

from workflows.models import Step, Workflow
from workflows.models.step import NOT_AN_ITEM, wire_id
from workflows.operations.request import Effect
from workflows.states import CLAIMABLE, DONE, StepState


def in_flight(run: Workflow, effect: str, reason: str) -> list[Effect]:
    """Say this of every step that an attempt runs."""
    return [
        Effect(wire_id(key, index), effect, reason)
        for key, index in Step.objects.filter(workflow=run, session__isnull=False)
        .order_by("pk")
        .values_list("key", "index")
    ]


def unfinished(run: Workflow, effect: str, reason: str) -> list[Effect]:
    """Say this of every step that has not begun, one line for all items of a fan-out."""
    states = [StepState.PENDING, *sorted(CLAIMABLE)]
    steps = Step.objects.filter(workflow=run, status__in=states, session__isnull=True)
    return grouped(steps.order_by("pk"), effect, reason)


def done(run: Workflow, effect: str, reason: str, *, apart_from: Iterable[str] = ()) -> list[Effect]:
    """Say this of every step that is done and not of these keys."""
    steps = Step.objects.filter(workflow=run, status__in=DONE).exclude(key__in=list(apart_from)).order_by("pk")
    return grouped(steps, effect, reason)


def grouped(steps: "Iterable[Step]", effect: str, reason: str) -> list[Effect]:
    """Say this of each of these steps, counting the items of a fan-out together."""
    counts: Counter[str] = Counter()
    items: Counter[str] = Counter()
    for step in steps:
        (counts if step.index == NOT_AN_ITEM else items)[step.key] += 1
    keys = [*counts, *(key for key in items if key not in counts)]
    return [Effect(key, effect, reason, count=items.get(key) or 1) for key in keys]
