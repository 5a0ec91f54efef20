"""Sessions that are long over and that nobody asks about."""

from datetime import timedelta

from django.db.models import Exists, OuterRef
from django.db.models.functions import Now

from audit.singleton import take
from workflows.models import Attempt, Session, Step

KEPT = timedelta(days=1)
_BATCH = 200
_EVERY_SECONDS = 600.0


def forget_old_sessions() -> int:
    """Delete some of them, now and then, and give how many; one that attempts refer to is kept to name their worker."""
    if take("forget-sessions", _EVERY_SECONDS) is None:
        return 0
    attempts, leases = Attempt.objects.filter(session=OuterRef("pk")), Step.objects.filter(session=OuterRef("pk"))
    over = Session.objects.filter(expires_at__lt=Now() - KEPT).exclude(Exists(attempts)).exclude(Exists(leases))
    count, _of_each = Session.objects.filter(pk__in=list(over.values_list("pk", flat=True)[:_BATCH])).delete()
    return count
