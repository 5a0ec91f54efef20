"""What a run counts while it moves is what counting its rows gives."""

from collections.abc import Iterator

from django.db.models import F, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from audit.violation import Violation
from workflows.invariants.counting import count_of, sum_of
from workflows.invariants.invariant import Invariant, run_subject, step_subject
from workflows.models import Attempt, Step, Workflow
from workflows.models.step import NOT_AN_ITEM
from workflows.states import DONE, AttemptState, StepState

_OWN = Step.objects.filter(workflow=OuterRef("pk"))
_NODES = _OWN.filter(index=NOT_AN_ITEM)
_OPENED = Step.objects.filter(workflow=OuterRef("workflow"), key=OuterRef("key"), index=NOT_AN_ITEM)
# Rows beyond the width are left over from an earlier opening, and count for nothing.
_ITEMS = _OWN.filter(index__gte=0, index__lt=Subquery(_OPENED.values("width")))


def _broken() -> Iterator[Violation]:
    yield from _of_runs()
    yield from _of_fan_outs()


def _of_runs() -> Iterator[Violation]:
    in_flight = Attempt.objects.filter(workflow=OuterRef("pk"), status=AttemptState.RUNNING, is_replay=False)
    counted = Workflow.objects.order_by().annotate(
        real_in_flight=count_of(in_flight),
        real_total=count_of(_NODES) + sum_of(_NODES, "width"),
        real_done=count_of(_NODES.filter(status__in=DONE)) + count_of(_ITEMS.filter(status__in=DONE)),
    )
    for name in ("in_flight", "total", "done"):
        wrong = counted.exclude(**{name: F(f"real_{name}")})
        for workflow_id, told, real in wrong.values_list("pk", name, f"real_{name}").iterator():
            yield Violation(f"{name}_miscounted", run_subject(workflow_id), {"counter": told, "rows": real})


def _of_fan_outs() -> Iterator[Violation]:
    open_items = Step.objects.filter(workflow=OuterRef("workflow"), key=OuterRef("key"), index__gte=0).exclude(
        Q(status__in=DONE) | Q(index__gte=OuterRef("width"))
    )
    running = Step.objects.filter(is_map=True, status=StepState.RUNNING, width__isnull=False).order_by()
    wrong = running.annotate(real=count_of(open_items)).exclude(remaining=F("real"))
    for workflow_id, key, told, real in wrong.values_list("workflow_id", "key", "remaining", "real").iterator():
        facts = {"counter": told, "rows": real}
        yield Violation("items_miscounted", step_subject(workflow_id, key, NOT_AN_ITEM), facts)


INVARIANT = Invariant(
    "counters",
    {
        "in_flight_miscounted": _("the run's number of attempts in flight is not that of its rows"),
        "total_miscounted": _("the run's number of steps is not that of its rows"),
        "done_miscounted": _("the run's number of steps done is not that of its rows"),
        "items_miscounted": _("the fan-out waits for another number of items than are open"),
    },
    _broken,
)
