"""A worker process that hears nothing from the broker asks the database itself whether something is to be done."""

import logging
import random
import time

from django.db import DatabaseError, InterfaceError, connection

from workflows.engine.replay import find_waiting_replay
from workflows.operations.bulk.announce import find_waiting_job
from workflows.operations.bulk.work import work_on
from workflows.worker import stopping, stretch

logger = logging.getLogger(__name__)

SILENCE_SECONDS = 5.0
"""How long a worker process waits for a message before it looks itself, and between two looks that find nothing."""


class Lookout:
    """Knows how long it has been silent; one for each worker process."""

    def __init__(self) -> None:
        self._look_at = 0.0
        self.heard()

    def heard(self) -> None:
        """A message has come in: the broker does its work."""
        # Not all at the same moment.
        self._look_at = time.monotonic() + SILENCE_SECONDS * random.uniform(0.8, 1.2)  # noqa: S311 (no secret)

    def look(self) -> None:
        """Do what is due where it has been silent for long; what was found once is looked for again at once."""
        if stopping.is_told() or time.monotonic() < self._look_at:
            return
        try:
            if not look_for_work():
                self.heard()
        except (DatabaseError, InterfaceError) as error:
            logger.warning("The database is out of reach (%s).", error)
            connection.close()
            self.heard()


def look_for_work() -> bool:
    """Do one thing that is due, if there is one: a stretch of a run, a replay, a turn of a bulk job."""
    if stretch.advance_unasked():
        return True
    if attempt_id := find_waiting_replay():
        stretch.replay(attempt_id)
        return True
    if turn := find_waiting_job():
        work_on(*turn)
        return True
    return False
