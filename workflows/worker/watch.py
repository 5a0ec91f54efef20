"""Looking after one attempt while it runs: writing what it tells, and stopping it where it has to stop."""

import logging
import math
import os
import time

from django.db import DatabaseError, InterfaceError

from workflows.engine.outcome import Failed, Interrupted
from workflows.engine.plans import graph_of
from workflows.states import AttemptState
from workflows.worker import stopping
from workflows.worker.context import AttemptContext
from workflows.worker.limits import inside_since, interrupt_main
from workflows.worker.session import forget_own_session
from workflows.worker.stopping import KILL_GRACE, LAST_CALL, STOP_GRACE

logger = logging.getLogger(__name__)


class Watch:
    """One attempt, told to stop politely first, interrupted after its grace, ended with its process at last.

    The grace is ``STOP_GRACE`` for who was asked to stop. A worker that ends has let it go by before it tells its step,
    and one whose lease is gone has none to give: both leave ``LAST_CALL``.
    """

    def __init__(self, context: AttemptContext) -> None:
        self.context = context
        self._interrupt_at = math.inf
        self._interrupted = False

    def tick(self, *, is_fenced: bool) -> None:
        """Do what is due; ``is_fenced``: the session has been ended by others, the attempt cannot count any more."""
        self._decide(is_fenced)
        now = time.monotonic()
        if not self._interrupted and inside_since() is not None and now >= self._interrupt_at:
            self._interrupted, self._interrupt_at = True, now
            interrupt_main()
        self.context.logs.flush()
        self.context.write_progress()

    def end_what_cannot_be_stopped(self) -> None:
        """Report an attempt that no interrupt ended, and end the process with it; the pool makes a new one."""
        outcome = self._last_outcome()
        if outcome is None:
            return
        try:
            self.context.logs.flush()
        except (DatabaseError, InterfaceError) as error:
            logger.warning("Log lines could not be written: %s", error)
        self.context.hand_in(outcome)
        logger.error("Step %s could not be interrupted; its process ends.", self.context.step_id)
        forget_own_session()
        os._exit(70)

    def _decide(self, is_fenced: bool) -> None:
        now = time.monotonic()
        if is_fenced or stopping.is_grace_over():
            self.context.stop()
            self._interrupt_at = min(self._interrupt_at, now + LAST_CALL)
        elif self.context.should_stop():
            self._interrupt_at = min(self._interrupt_at, now + STOP_GRACE)

    def _last_outcome(self) -> Failed | Interrupted | None:
        now, began = time.monotonic(), inside_since()
        is_overdue = now > self._interrupt_at + KILL_GRACE
        if began is None:  # its code has not begun, or has ended: it is the database that is waited for
            return Interrupted() if is_overdue and stopping.is_grace_over() else None
        timeout = graph_of(self.context.claim.plan_id).nodes[self.context.claim.key].policy.timeout
        if timeout is not None and now - began > timeout + KILL_GRACE:
            return Failed("timeout", "the attempt could not be interrupted", state=AttemptState.TIMEOUT)
        return Interrupted() if is_overdue and self._interrupted else None
