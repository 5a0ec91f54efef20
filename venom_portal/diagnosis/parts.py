"""The parts that have to answer for the portal to be ready: database, broker, clock."""

from datetime import timedelta

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from venom_portal.diagnosis.finding import Finding, broken, good
from venom_portal.processes import broker as message_broker
from workflows.models import Session
from workflows.models.session import SessionKind

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
    """See whether a clock has ticked lately, by the database's time; without one nothing wakes up by itself."""
    clocks = Session.objects.filter(kind=SessionKind.CLOCK, ended_at=None)
    try:
        ticks = clocks.filter(heartbeat_at__gt=Now() - _SILENT_AFTER).exists()
    except DatabaseError:
        ticks = False
    if not ticks:
        detail = _("none has ticked in the last %(seconds)d seconds") % {"seconds": _SILENT_AFTER.total_seconds()}
        return broken("clock", detail, _("start `manage.py clock`; `manage.py up` runs one"))
    return good("clock", _("it ticks"))


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
