"""What goes on beside a running attempt: the heartbeat, a look at the neighbours, and the attempt's watch."""

import logging
import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import DatabaseError, InterfaceError, connection

from workflows.worker.context import AttemptContext
from workflows.worker.neighbours import recover_from_dead_neighbours
from workflows.worker.session import BEAT_SECONDS, LEASE, beat
from workflows.worker.watch import Watch

logger = logging.getLogger(__name__)

TICK = 0.5
_NEIGHBOURS_EVERY = 2.0


class Pulse:
    """One thread a worker process; knows the attempt that runs, if one does."""

    def __init__(self, session_id: UUID) -> None:
        self.session_id = session_id
        self.is_refused = False
        """Whether the session has been ended by others; it never lives again."""
        self._watch: Watch | None = None
        self._lock = threading.Lock()
        self._last_beat = self._in_touch_since = time.monotonic()
        self._last_look = 0.0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="pulse", daemon=True)

    def start(self) -> None:
        """Begin to beat."""
        self._thread.start()

    def end(self) -> None:
        """Stop beating; returns when the thread has given back its connection."""
        self._ended.set()
        self._thread.join(timeout=5)

    @property
    def is_fresh(self) -> bool:
        """Whether nobody can have ended the session, as far as this process knows."""
        return not self.is_refused and time.monotonic() - self._last_beat < LEASE.total_seconds()

    @property
    def in_touch_since(self) -> float:
        """Since when no beat is missing, on the monotonic clock; infinite while one is: the database is away."""
        is_missing = time.monotonic() - self._last_beat > 2 * BEAT_SECONDS
        return math.inf if is_missing else self._in_touch_since

    def is_alive(self) -> bool:
        """Tell whether the session may be claimed under; asks the database where that is not sure.

        What is claimed under a session that has ended is lost at once.
        """
        if not self.is_fresh and not self.is_refused:
            self._beat()
        return not self.is_refused

    @contextmanager
    def watching(self, context: AttemptContext) -> Iterator[None]:
        """Look after an attempt while it runs inside; whoever leaves first, the attempt or the thread, reports it."""
        with self._lock:
            self._watch = Watch(context)
        try:
            yield
        finally:
            with self._lock:
                self._watch = None

    def _run(self) -> None:
        while not self._ended.wait(TICK):
            self._tick()
        connection.close()

    def _tick(self) -> None:
        """Do what is due; none of it waits for the rest to succeed."""
        for act in (self._beat_in_time, self._end_what_cannot_be_stopped, self._look_after, self._look_around):
            self._attempt(act)

    def _attempt(self, act: Callable[[], None]) -> None:
        try:
            act()
        except (DatabaseError, InterfaceError) as error:
            logger.warning("The heartbeat could not reach the database: %s", error)
            connection.close()
        except Exception:
            logger.exception("What goes on beside a step has failed; the heartbeat goes on.")

    def _beat_in_time(self) -> None:
        if not self.is_refused and time.monotonic() - self._last_beat >= BEAT_SECONDS:
            self._beat()

    def _end_what_cannot_be_stopped(self) -> None:
        with self._lock:
            if self._watch:
                self._watch.end_what_cannot_be_stopped()

    def _look_after(self) -> None:
        with self._lock:
            watch = self._watch
        if watch:
            watch.tick(is_fenced=self.is_refused)

    def _look_around(self) -> None:
        if time.monotonic() - self._last_look >= _NEIGHBOURS_EVERY:
            self._last_look = time.monotonic()
            recover_from_dead_neighbours()

    def _beat(self) -> None:
        asked_at = time.monotonic()
        if beat(self.session_id):
            if self.in_touch_since == math.inf:
                self._in_touch_since = time.monotonic()
            self._last_beat = asked_at
            return
        self.is_refused = True
        logger.error("This worker was declared lost: what it runs is stopped, its next step has a new session.")
