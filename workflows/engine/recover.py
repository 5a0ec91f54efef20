"""Worker sessions that went silent or died: what they held goes to others. Any number of processes may do this at once.

Each act is guarded in the database: a session is ended by whoever is first, a lease is taken away under its run's lock.
"""

from collections.abc import Collection
from uuid import UUID

from django.db.models import F
from django.db.models.functions import Now

from workflows.engine.reach import on_its_own
from workflows.engine.release import release_lease
from workflows.engine.replay import end_lost_replays
from workflows.models import Session, Step
from workflows.models.session import SessionKind
from workflows.states import AttemptState


def recover_lost_sessions(*, judge_silence: bool = True) -> int:
    """End the sessions whose heartbeat is overdue by the database's clock; give the number of attempts that were lost.

    A session is ended before its leases are taken, so that its worker, should it come back, learns of it first. With
    ``judge_silence`` false, only what sessions hold that have ended already is taken.
    """
    if judge_silence:
        silent = Session.objects.filter(kind=SessionKind.WORKER, ended_at__isnull=True, expires_at__lt=Now())
        silent.update(ended_at=Now())
    return _take_leases() + end_lost_replays()


def end_sessions(session_ids: Collection[UUID]) -> int:
    """End sessions whose processes are known to be dead, and give how many still lived on record."""
    living = Session.objects.filter(pk__in=session_ids, ended_at__isnull=True)
    return living.update(ended_at=Now(), expires_at=F("heartbeat_at"))


def _take_leases() -> int:
    """Take away what ended sessions hold: a worker that ends in good order has given it back before."""
    held = Step.objects.filter(session__isnull=False, session__ended_at__isnull=False)
    rows = list(held.values_list("workflow_id", "pk", "session_id"))
    return [on_its_own(release_lease, *row, AttemptState.LOST) for row in rows].count(True)
