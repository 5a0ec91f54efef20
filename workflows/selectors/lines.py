"""The lines in which a run stands that waits for a place among a bounded number of runs."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from workflows.engine.bounds import limits_of
from workflows.models import Place, Workflow
from workflows.states import Admission, RunState


@dataclass(frozen=True)
class Line:
    """One bound: how many runs it lets work, how many do, how many of these are paused, and how many come first."""

    bound: str
    most: int
    taken: int
    paused: int
    ahead: int

    @property
    def is_full(self) -> bool:
        """Whether every place is taken."""
        return self.taken >= self.most

    @property
    def of_what(self) -> str:
        """Say which runs the bound counts."""
        kind, _colon, name = self.bound.partition(":")
        if kind == "label":
            return _("runs with the label %(label)s") % {"label": name}
        return _("runs of %(definition)s") % {"definition": name}


def lines_of(run: Workflow) -> list[Line]:
    """Give the lines of a run, those that keep it waiting first; none for a run that does not wait."""
    if run.admission != Admission.WAITING:
        return []
    bounds = list(Place.objects.filter(workflow=run).values_list("bound", flat=True))
    lines = [_line(run, bound, most) for bound, most in limits_of(bounds).items()]
    return sorted(lines, key=lambda line: (not line.is_full, line.bound))


def _line(run: Workflow, bound: str, most: int) -> Line:
    places = Place.objects.filter(bound=bound)
    taken = places.filter(is_taken=True)
    before = Q(priority__gt=run.priority) | Q(priority=run.priority, workflow__lt=run.pk)
    return Line(
        bound,
        most,
        taken.count(),
        taken.filter(workflow__status=RunState.PAUSED).count(),
        places.filter(before, is_taken=False).count(),
    )
