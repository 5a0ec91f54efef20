"""The one walk over all histories."""

from collections.abc import Iterator, Sequence
from itertools import groupby, islice
from uuid import UUID

from audit.violation import Violation
from workflows.engine.plans import graph_of
from workflows.invariants.history.gate import Gate
from workflows.invariants.history.order import Order
from workflows.invariants.history.reader import Reader, Told
from workflows.invariants.history.turns import Turns
from workflows.invariants.invariant import Invariant
from workflows.models import Event, Workflow

READERS: Sequence[type[Reader]] = (Order, Gate, Turns)
_RUNS_AT_ONCE = 100


def _broken() -> Iterator[Violation]:
    """What was told never changes, and a run's events are committed in their order: any moment shows a true beginning.

    A run that is created meanwhile is left to the next check.
    """
    runs = Workflow.objects.order_by("pk").values_list("pk", "plan_id").iterator()
    while plans := dict(islice(runs, _RUNS_AT_ONCE)):
        events = Event.objects.filter(workflow_id__in=plans).order_by("workflow_id", "seq")
        rows = events.values_list("workflow_id", "seq", "kind", "step", "data").iterator()
        for workflow_id, group in groupby(rows, lambda row: row[0]):
            told = (
                Told(seq, kind, step, data.get("attempt"), data.get("because", ""))
                for _run, seq, kind, step, data in group
            )
            yield from _of_run(workflow_id, plans[workflow_id], told)


def _of_run(workflow_id: UUID, plan_id: int, events: Iterator[Told]) -> Iterator[Violation]:
    readers = [reader(workflow_id, graph_of(plan_id)) for reader in READERS]
    for event in events:
        for reader in readers:
            yield from reader.read(event)


INVARIANT = Invariant("history", {code: text for reader in READERS for code, text in reader.rules.items()}, _broken)
