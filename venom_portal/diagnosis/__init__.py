"""What is right and what is wrong with this installation, check by check, each with its remedy."""

from collections.abc import Callable, Iterator

from venom_portal.diagnosis import host, parts, work
from venom_portal.diagnosis.finding import Finding

_HOST: tuple[Callable[[], Finding], ...] = (
    host.data_dir,
    host.disk_space,
    host.sqlite,
    host.state_machine,
    host.settings,
)
_WORK: tuple[Callable[[], Finding], ...] = (work.migrations, parts.clock, work.workers, work.flows)


def examine() -> Iterator[Finding]:
    """Run every check that can say something; what is kept in the database is asked only where it answers."""
    for check in _HOST:
        yield check()
    yield parts.broker()
    database = parts.database()
    yield database
    if database.is_ok:
        for check in _WORK:
            yield check()
