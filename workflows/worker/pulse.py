"""What goes on beside a running attempt: heartbeat, log and progress writing, and stopping what does not stop."""

import logging
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection

from workflows.engine.finish import finish
from workflows.engine.outcome import Failed, Interrupted
from workflows.engine.plans import graph_of
from workflows.states import AttemptState
from workflows.worker.context import AttemptContext
from workflows.worker.limits import interrupt_main
from workflows.worker.session import BEAT_SECONDS, beat, forget_own_session

logger = logging.getLogger(__name__)

TICK = 0.5
STOP_GRACE: float = settings.VENOM_STOP_GRACE_SECONDS
"""Seconds that an attempt has to stop by itself after it was asked to."""
KILL_GRACE = 5.0
"""Seconds after which code that could not be interrupted is ended with its process."""


class Pulse:
    """One thread a worker process; knows the attempt that runs, if one does."""

    def __init__(self, session_id: UUID) -> None:
        self.session_id = session_id
        self._context: AttemptContext | None = None
        self._began = 0.0
        self._asked_to_stop: float | None = None
        self._interrupted = False
        self._lock = threading.Lock()
        self._last_beat = time.monotonic()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="pulse", daemon=True)

    def start(self) -> None:
        """Begin to beat."""
        self._thread.start()

    def end(self) -> None:
        """Stop beating; returns when the thread has given back its connection."""
        self._ended.set()
        self._thread.join(timeout=5)

    @contextmanager
    def watching(self, context: AttemptContext) -> Iterator[None]:
        """Look after an attempt while it runs inside; whoever leaves first, the attempt or the thread, reports it."""
        with self._lock:
            self._context, self._began = context, time.monotonic()
            self._asked_to_stop, self._interrupted = None, False
        try:
            yield
        finally:
            with self._lock:
                self._context = None

    def _run(self) -> None:
        while not self._ended.wait(TICK):
            try:
                self._tick()
            except (DatabaseError, InterfaceError) as error:
                logger.warning("The heartbeat could not reach the database: %s", error)
                connection.close()
        connection.close()

    def _tick(self) -> None:
        if time.monotonic() - self._last_beat >= BEAT_SECONDS:
            self._last_beat = time.monotonic()
            if not beat(self.session_id):
                logger.error("This worker was declared lost; its next step is claimed under a new session.")
                forget_own_session()
        with self._lock:
            context = self._context
            if context is None:
                return
            self._end_what_cannot_be_stopped(context)
        context.logs.flush()
        context.write_progress()
        self._enforce_stop(context)

    def _enforce_stop(self, context: AttemptContext) -> None:
        """Interrupt an attempt that was asked to stop and has not within the grace time."""
        if self._asked_to_stop is None:
            if context.should_stop():
                self._asked_to_stop = time.monotonic()
        elif not self._interrupted and time.monotonic() - self._asked_to_stop > STOP_GRACE:
            self._interrupted = True
            interrupt_main()

    def _end_what_cannot_be_stopped(self, context: AttemptContext) -> None:
        """Report an attempt that no interrupt ended, and end the process with it; the pool makes a new one."""
        policy = graph_of(context.claim.plan_id).nodes[context.claim.key].policy
        now = time.monotonic()
        if policy.timeout is not None and now - self._began > policy.timeout + KILL_GRACE:
            outcome: Failed | Interrupted = Failed(
                "timeout", "the attempt could not be interrupted", state=AttemptState.TIMEOUT
            )
        elif self._interrupted and now - (self._asked_to_stop or now) > STOP_GRACE + KILL_GRACE:
            outcome = Interrupted()
        else:
            return
        context.logs.flush()
        finish(context.claim, outcome, take_next=False)
        logger.error("Step %s could not be interrupted; its process ends.", context.step_id)
        forget_own_session()
        os._exit(70)
