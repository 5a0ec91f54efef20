"""Which runs have changed since: for lists, which look anew then.

The place up to which a reader knows the changes is a number, the *token*: what has a lower one is known. Events become
visible when their transactions commit, which need not be in the order of their numbers; so a token stays behind what
has happened in the last seconds, and a change of these seconds is told again.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db.models import Max, Min, Q
from django.utils import timezone

from workflows.models import Event

_SETTLES: Final = timedelta(seconds=5)
"""A transaction of the engine takes far less."""
MOST: Final = 10_000
"""Events that are looked through at most; whoever is further behind reads the whole list anew."""


@dataclass(frozen=True)
class RunChange:
    """A run that has changed, as it is now; ``last`` grows with each of its events."""

    workflow: UUID
    status: str
    last: int


@dataclass(frozen=True)
class Changes:
    """The runs, and the token to go on from; ``reset``: they are too many to be named, or the token is none of ours."""

    token: int
    runs: list[RunChange]
    reset: bool = False


def latest_token() -> int:
    """Give the token from which on a list that is read after this call has to look for changes."""
    settled = Event.objects.filter(at__lte=timezone.now() - _SETTLES).order_by("-pk").values_list("pk", flat=True)
    last = settled.first()
    if last is None:  # all that there is has just been written
        oldest = Event.objects.order_by("pk").values_list("pk", flat=True).first()
        return oldest - 1 if oldest else 0
    return last


def changes_since(token: int) -> Changes:
    """Give the runs that have changed, in at most two statements and without looking at what is older."""
    newest = Event.objects.aggregate(newest=Max("pk", default=0))["newest"]
    if not token <= newest <= token + MOST:
        return Changes(min(latest_token(), newest), [], reset=True)
    if newest == token:
        return Changes(token, [])
    unsettled = Min("pk", filter=Q(at__gt=timezone.now() - _SETTLES))
    rows = list(
        Event.objects.filter(pk__gt=token, pk__lte=newest)
        .order_by()
        .values_list("workflow_id", "workflow__status")
        .annotate(last=Max("pk"), unsettled=unsettled)
    )
    open_from = min((first for *_row, first in rows if first is not None), default=newest + 1)
    return Changes(open_from - 1, [RunChange(run, status, last) for run, status, last, _first in rows])
