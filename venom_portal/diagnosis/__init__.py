"""What is right and what is wrong with this installation, check by check, each with its remedy."""

from collections.abc import Callable, Iterator

from django.db import DatabaseError
from django.utils.translation import gettext as _

from venom_portal.diagnosis import host, parts, progress, trail, work
from venom_portal.diagnosis.finding import Finding, broken

_HOST: tuple[Callable[[], Finding], ...] = (
    host.data_dir,
    host.disk_space,
    host.sqlite,
    host.state_machine,
    host.settings,
    host.sabotage,
)
_WORK: tuple[Callable[[], Finding], ...] = (
    work.migrations,
    parts.clock,
    work.workers,
    progress.backlog,
    progress.leases,
    work.flows,
    trail.append_only,
    trail.sealing_key,
    trail.seals,
)


def examine() -> Iterator[Finding]:
    """Run every check that can say something; what is kept in the database is asked only where it answers."""
    for check in _HOST:
        yield check()
    yield parts.broker()
    database = parts.database()
    yield database
    if database.is_ok:
        for check in _WORK:
            yield _asked(check)


def _asked(check: Callable[[], Finding]) -> Finding:
    """Run a check that reads tables, which may not be there yet."""
    try:
        return check()
    except DatabaseError as error:
        detail = _("it cannot be read: %(reason)s") % {"reason": str(error).partition("\n")[0]}
        return broken(check.__name__.replace("_", "-"), detail, _("see “migrations” and “database”"))
