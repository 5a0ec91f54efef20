"""Saying that runs have changed: noted after each commit, sent by a thread of its own, many in one message.

A transaction of the engine pays for a callback and an entry in a set; the broker is never waited for.
"""

import logging
import os
import threading
import time
from uuid import UUID

import redis
from django.db import transaction

from workflows.changes.wire import CHANNEL, UNREACHABLE, connect

logger = logging.getLogger(__name__)

GAP_SECONDS = 0.05
"""Between two messages of a process."""
_PAUSE_SECONDS = 1.0
"""After a failure; what changes meanwhile goes unsaid, and whoever watches finds it in the database."""


class Publisher:
    """Collects the runs that have changed and publishes them; its thread begins with the first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._noted: set[UUID] = set()
        self._something = threading.Event()
        self._thread: threading.Thread | None = None
        self._client: redis.Redis | None = None

    def note(self, workflow_id: UUID) -> None:
        """Publish soon that this run has changed."""
        with self._lock:
            self._noted.add(workflow_id)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="changes", daemon=True)
                self._thread.start()
        self._something.set()

    def _run(self) -> None:
        while self._something.wait():
            self._something.clear()
            time.sleep(GAP_SECONDS if self._publish(self._take()) else _PAUSE_SECONDS)

    def _take(self) -> set[UUID]:
        with self._lock:
            noted, self._noted = self._noted, set()
        return noted

    def _publish(self, ids: set[UUID]) -> bool:
        try:
            self._client = self._client or connect()
            if self._client:
                self._client.publish(CHANNEL, ",".join(run.hex for run in ids))
        except UNREACHABLE as error:
            logger.debug("Nobody was told of changed runs: %s", error)
            self._hang_up()
            return False
        return True

    def _hang_up(self) -> None:
        """Look up anew next time where the broker is."""
        if self._client:
            self._client.close()
            self._client = None


_publisher = Publisher()


def note_on_commit(workflow_id: UUID) -> None:
    """Tell whoever watches, after the commit, that this run has changed."""
    transaction.on_commit(lambda: _publisher.note(workflow_id), robust=True)


def _begin_anew() -> None:
    """Forget the parent's thread and connection: neither works in a child process."""
    global _publisher
    _publisher = Publisher()


os.register_at_fork(after_in_child=_begin_anew)
