"""Places among a bounded number of runs: asked for when a run begins or goes on, left when it has ended.

A run's rows change with the run, under its lock and in its transaction. Who has a place is decided in one spot alone
(``admit``), after the commit: a start, an end and a crash between the two leave nothing behind that the clock's next
tick does not make good.
"""

from collections.abc import Collection

from django.db import transaction

from workflows.engine.bounds import bounds_on
from workflows.engine.move import Move
from workflows.models import Place, Workflow
from workflows.states import Admission


def ask_for_places(move: Move, run: Workflow) -> None:
    """Let a run that begins or goes on wait for its places, where bounds concern it and it has none yet.

    Its deadline stands still until then. The caller saves the run's deadline.
    """
    bounds = [] if move.run.admission == Admission.ADMITTED else bounds_on(run)
    if not bounds:
        return
    Place.objects.bulk_create(Place(workflow=run, bound=bound, priority=run.priority) for bound in bounds)
    run.deadline_left = (run.deadline_at - move.now).total_seconds() if run.deadline_at else None
    run.deadline_at = None
    _keep(move, Admission.WAITING, deadline_left=run.deadline_left)
    _fill_on_commit(bounds)


def leave_places(move: Move) -> None:
    """Give up a run's places, those that it waits for too; what is free then goes to the next in line."""
    if move.run.admission == Admission.OPEN:
        return
    places = Place.objects.filter(workflow_id=move.workflow_id)
    taken = list(places.filter(is_taken=True).values_list("bound", flat=True))
    places.delete()
    _keep(move, Admission.OPEN)
    if taken:
        _fill_on_commit(taken)


def stop_waiting(move: Move) -> None:
    """Leave the line, if the run stands in one; places that it has stay its own."""
    if move.run.admission == Admission.WAITING:
        leave_places(move)


def take_places(move: Move) -> None:
    """Note that the run has its places now."""
    Place.objects.filter(workflow_id=move.workflow_id).update(is_taken=True)
    _keep(move, Admission.ADMITTED)


def _keep(move: Move, admission: Admission, **columns: float | None) -> None:
    Workflow.objects.filter(pk=move.workflow_id).update(admission=admission, **columns)
    move.run.admission = admission


def _fill_on_commit(bounds: Collection[str]) -> None:
    # Whoever is admitted may be over at once, and gives its place on: the two modules need each other.
    from workflows.engine.admit import fill_places

    transaction.on_commit(lambda: fill_places(bounds), robust=True)
