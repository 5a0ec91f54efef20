"""Whether work moves: how long the oldest due step has waited, and whether anybody holds work and is silent."""

from datetime import timedelta

from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from venom_portal.diagnosis.finding import Finding, broken, good, limited
from workflows.engine.urgency import claimable_now
from workflows.models import Session

_LATE_AFTER = timedelta(seconds=60)
# A clock takes back what a silent worker holds within its lease and a few ticks.
_RECOVERED_WITHIN = timedelta(seconds=30)


def backlog() -> Finding:
    """See how long the step that is due longest has been waiting for a worker; one look into an index."""
    now = timezone.now()
    oldest = claimable_now().order_by("due_at").values_list("due_at", "queue").first()
    if oldest is None or oldest[0] is None:
        return good("backlog", _("no step waits for a worker"))
    waits, queue = now - oldest[0], oldest[1]
    detail = _("the oldest due step has waited %(seconds)d s, in the queue %(queue)s")
    facts = {"seconds": waits.total_seconds(), "queue": queue}
    if waits < _LATE_AFTER:
        return good("backlog", detail % facts)
    remedy = _("start more workers for this queue, or let them serve it (VENOM_QUEUES); see “workers” and “broker”")
    return limited("backlog", detail % facts, remedy)


def leases() -> Finding:
    """See whether steps are held by processes that have been silent for long, which a clock should have ended."""
    silent = Session.objects.filter(steps__isnull=False, expires_at__lt=Now() - _RECOVERED_WITHIN)
    count = silent.distinct().count()
    if not count:
        return good("leases", _("no silent process holds a step"))
    detail = ngettext("%(count)d silent process holds steps", "%(count)d silent processes hold steps", count)
    return broken("leases", detail % {"count": count}, _("see that a clock runs: it takes the steps back by itself"))
