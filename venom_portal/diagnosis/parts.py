"""The parts that have to answer for the portal to be ready: database, broker, clock."""

from datetime import timedelta

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone
from django.utils.translation import gettext as _

from venom_portal.diagnosis.finding import Finding, broken, good
from venom_portal.processes import broker as message_broker
from workflows.selectors import clock_ticked

# The clock ticks every two seconds; it may miss a few under load.
_SILENT_AFTER = timedelta(seconds=10)


def database() -> Finding:
    """Ask the database for an answer."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return broken(
            "database",
            _("it cannot be reached: %(reason)s") % {"reason": _first_line(error)},
            _("start the database server, or mend DATABASE_URL"),
        )
    return good("database", _("%(vendor)s answers") % {"vendor": connection.display_name})


def broker() -> Finding:
    """Ask the broker for a sign of life."""
    try:
        message_broker.ping(settings.CELERY_BROKER_URL)
    except redis.RedisError as error:
        return broken(
            "broker",
            _("it does not answer: %(reason)s") % {"reason": _first_line(error)},
            _("start the portal with `manage.py up`, or the server that REDIS_URL names"),
        )
    return good("broker", _("it answers"))


def clock() -> Finding:
    """See whether the clock has ticked lately; without it nothing wakes up by itself."""
    remedy = _("start `manage.py clock`; `manage.py up` runs one")
    try:
        ticked = clock_ticked()
    except DatabaseError as error:
        return broken("clock", _("nothing is known of it: %(reason)s") % {"reason": _first_line(error)}, remedy)
    if ticked is None:
        return broken("clock", _("it has never ticked"), remedy)
    age = timezone.now() - ticked
    if age > _SILENT_AFTER:
        detail = _("its last tick was at %(time)s")
        return broken("clock", detail % {"time": ticked.isoformat(timespec="seconds")}, remedy)
    return good("clock", _("it ticked %(seconds)d seconds ago") % {"seconds": max(age.total_seconds(), 0)})


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
