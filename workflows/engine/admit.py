"""Giving free places to the runs that wait: the highest priority first, then the oldest run."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef

from workflows.engine.bounds import full_bounds
from workflows.engine.conclude import conclude
from workflows.engine.move import Move
from workflows.engine.places import take_places
from workflows.engine.plans import graph_of
from workflows.engine.reach import on_its_own
from workflows.engine.settle import admit_waiting, make_ready
from workflows.engine.statements import hold_names
from workflows.engine.steer import announce_due
from workflows.engine.transaction import RunNotFound, locked_run
from workflows.models import Place, Workflow
from workflows.states import Admission

_AT_ONCE = 100


def fill_places(bounds: Collection[str] | None = None) -> int:
    """Admit the runs that are next in line under these bounds, or under all; give how many these were.

    At most a hundred are admitted for each bound; the clock's next tick goes on.
    """
    return sum(_fill(bound) for bound in (_bounds_with_a_line() if bounds is None else bounds))


def _fill(bound: str) -> int:
    answers: dict[UUID, bool | None] = {}
    for _try in range(_AT_ONCE):
        workflow_id = _next_in_line(bound, [key for key, answer in answers.items() if answer is None])
        if workflow_id is None:
            break
        answers[workflow_id] = on_its_own(admit, workflow_id)
    return list(answers.values()).count(True)


def _bounds_with_a_line() -> list[str]:
    return list(Place.objects.filter(is_taken=False).values_list("bound", flat=True).order_by("bound").distinct())


def _next_in_line(bound: str, passed_over: Collection[UUID]) -> UUID | None:
    """Give the first run that waits under this bound and that no other bound keeps waiting, apart from these."""
    full = full_bounds()
    if bound in full:
        return None
    kept_waiting = Place.objects.filter(workflow=OuterRef("workflow"), bound__in=full)
    line = Place.objects.filter(bound=bound, is_taken=False).exclude(Exists(kept_waiting))
    line = line.exclude(workflow__in=passed_over)
    return line.order_by("-priority", "workflow").values_list("workflow_id", flat=True).first()


def admit(workflow_id: UUID) -> bool:
    """Let a run that waits begin; ``False``: it waits no more, or others were faster and took the last place."""
    try:
        with locked_run(workflow_id) as move:
            return _admit(move)
    except RunNotFound:
        return False


def _admit(move: Move) -> bool:
    if move.run.admission != Admission.WAITING:
        return False
    bounds = list(Place.objects.filter(workflow_id=move.workflow_id).values_list("bound", flat=True))
    # Counting and taking are one act: whoever else counts these bounds waits until this is committed.
    hold_names(bounds)
    if full_bounds(bounds):
        return False
    take_places(move)
    _begin_deadline(move)
    move.tell("run_admitted")
    graph = graph_of(move.run.plan_id)
    make_ready(move, admit_waiting(move, graph))
    announce_due(move)
    conclude(move, graph)
    return True


def _begin_deadline(move: Move) -> None:
    run = Workflow.objects.only("deadline_left").get(pk=move.workflow_id)
    if run.deadline_left is not None:
        deadline_at = move.now + timedelta(seconds=run.deadline_left)
        Workflow.objects.filter(pk=run.pk).update(deadline_at=deadline_at, deadline_left=None)
