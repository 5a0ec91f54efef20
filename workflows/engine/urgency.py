"""Which work comes first: by priority, then by age, and now and then by age alone."""

import itertools
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import BooleanField, QuerySet, Subquery
from django.db.models.expressions import RawSQL

from workflows.engine.database_time import DatabaseNow
from workflows.engine.statements import is_outranked
from workflows.models import Step, Workflow
from workflows.states import Admission, RunState, StepState

_TRIED = 5
"""Steps that a worker tries to claim before it leaves the rest to those who were faster."""
SHARE = 10
"""Of so many looks one is for the step that is due longest, whatever its priority: nothing waits for ever."""
OVERDUE = timedelta(minutes=5)
"""How long a step must have been due for that."""

Found = tuple[UUID, int]
"""A run and its step."""

_looks = itertools.count(1)

# The states stand here as they are: with parameters in their place, SQLite does not see that the partial indexes fit.
IS_CLAIMABLE = RawSQL(  # noqa: S611 (nothing of it comes from outside)
    f"workflows_step.status IN ('{StepState.READY}', '{StepState.WAITING}')",
    (),
    output_field=BooleanField(),
)
"""A condition on steps: ready, or waiting for another try."""


def served_queues() -> tuple[str, ...]:
    """Give the queues that this process serves."""
    return tuple(settings.VENOM_QUEUES)


def claimable_now() -> QuerySet[Step]:
    """Give the steps that a worker may claim: due, free, and of a run that lets its steps start."""
    return Step.objects.filter(
        IS_CLAIMABLE,
        due_at__lte=DatabaseNow(),
        session__isnull=True,
        workflow__status=RunState.RUNNING,
        workflow__error__isnull=True,
    ).exclude(workflow__admission=Admission.WAITING)


def most_urgent(above: UUID | None = None) -> list[Found]:
    """Give a few of the most urgent steps in the queues that are served here, the first first.

    ``above``: only such as have a higher priority than this run.
    """
    if above is not None and not is_outranked(above, served_queues()):
        return []
    steps = claimable_now()
    if above is not None:
        steps = steps.filter(priority__gt=Subquery(Workflow.objects.filter(pk=above).values("priority")))
    rows = [
        row
        for queue in served_queues()  # one by one, each in the order of the index
        for row in steps.filter(queue=queue)
        .order_by("-priority", "due_at", "id")
        .values_list("priority", "due_at", "pk", "workflow_id")[:_TRIED]
    ]
    rows.sort(key=lambda row: (-row[0], row[1], row[2]))
    return [(workflow_id, pk) for _priority, _due_at, pk, workflow_id in rows[:_TRIED]]


def overdue_in_its_turn() -> list[Found]:
    """Give, at every tenth look of this process, the step that has been due longest, if that is long; else nothing."""
    if next(_looks) % SHARE:
        return []
    steps = claimable_now().filter(due_at__lte=DatabaseNow() - OVERDUE, queue__in=served_queues())
    return list(steps.order_by("due_at", "id").values_list("workflow_id", "pk")[:1])
