"""The clock's help with bulk jobs: whoever stops twenty runs must not wait for a worker that those runs keep busy."""

import logging

from django.db import DatabaseError, InterfaceError

from workflows.operations.bulk.announce import find_waiting_job
from workflows.operations.bulk.work import work_on

logger = logging.getLogger(__name__)


def help_out() -> int:
    """Take one turn of the job that has waited longest for a worker, if one has; give how many runs that dealt with.

    One turn, of about a second, so that the clock's other duties wait no longer than that. The next one is announced
    as ever: a worker that has become free goes on with it.
    """
    found = find_waiting_job()
    try:
        return work_on(*found) if found else 0
    except (DatabaseError, InterfaceError):
        raise
    except Exception:
        # The turn has been taken, and the job stands at the end of the line: the next clock need not die of it too.
        logger.exception("A turn of the bulk job %s went wrong.", found)
        return 0
