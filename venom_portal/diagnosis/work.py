"""What the database says about the portal's work: schema, workers, flows."""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from venom_portal.diagnosis.finding import Finding, broken, good, limited
from workflows.authoring import FlowError
from workflows.models import Definition, Session
from workflows.models.session import SessionKind
from workflows.registry import discover


def migrations() -> Finding:
    """See whether the tables are those of this version of the code."""
    executor = MigrationExecutor(connection)
    missing = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if missing:
        detail = ngettext("%(count)d migration is missing", "%(count)d migrations are missing", missing)
        remedy = _("run `manage.py migrate`; `manage.py up` does it too")
        return broken("migrations", detail % {"count": missing}, remedy)
    return good("migrations", _("all are applied"))


def workers() -> Finding:
    """Count the workers whose heartbeat is fresh."""
    try:
        alive = Session.objects.filter(kind=SessionKind.WORKER, ended_at=None, expires_at__gt=Now()).count()
    except DatabaseError:
        alive = 0
    if not alive:
        return broken("workers", _("none is alive"), _("start `manage.py worker`; `manage.py up` runs one"))
    return good("workers", ngettext("%(count)d is alive", "%(count)d are alive", alive) % {"count": alive})


def flows() -> Finding:
    """Compare the workflows that the code ships with those that can be started."""
    remedy = _("mend the flow, then run `manage.py up` again")
    try:
        shipped = set(discover())
        registered = set(Definition.objects.filter(is_current=True).values_list("name", flat=True))
    except FlowError as error:
        return broken("flows", str(error), remedy)
    except DatabaseError:
        registered = set()
    if missing := sorted(shipped - registered):
        return limited(
            "flows",
            _("not registered: %(names)s") % {"names": ", ".join(missing)},
            _("start the portal again: `manage.py up` registers them"),
        )
    detail = ngettext("%(count)d is registered", "%(count)d are registered", len(shipped))
    return good("flows", detail % {"count": len(shipped)})
