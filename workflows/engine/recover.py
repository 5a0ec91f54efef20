"""Worker sessions that went silent: what they held goes to others."""

from django.db.models.functions import Now

from workflows.engine.release import release_leases
from workflows.engine.replay import end_lost_replays
from workflows.models import Session
from workflows.models.session import SessionKind
from workflows.states import AttemptState


def recover_lost_sessions() -> int:
    """End the sessions whose heartbeat is overdue by the database's clock; give the number of attempts that were lost.

    A session is ended before its leases are taken, so that its worker, should it come back, learns of it first.
    """
    lost = 0
    silent = Session.objects.filter(kind=SessionKind.WORKER, expires_at__lt=Now())
    for session in silent.filter(ended_at__isnull=True):
        Session.objects.filter(pk=session.pk, ended_at__isnull=True, expires_at__lt=Now()).update(ended_at=Now())
    for session in silent.filter(ended_at__isnull=False, steps__isnull=False).distinct():
        lost += release_leases(session.pk, AttemptState.LOST)
    for session in silent.filter(attempts__is_replay=True, attempts__status=AttemptState.RUNNING).distinct():
        lost += end_lost_replays(session.pk)
    return lost
