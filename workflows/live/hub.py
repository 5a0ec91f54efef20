"""The one thread of a web process that reads what is new, for all streams."""

import logging
import threading
import time
from collections.abc import Iterator, Set
from contextlib import contextmanager
from typing import Any, Final
from uuid import UUID

from django.db import connection

from workflows.changes.listen import Listener
from workflows.live.inbox import Inbox
from workflows.live.list_tail import ListTail
from workflows.live.run_tails import RunTails
from workflows.live.topics import RunTopic, Topic

logger = logging.getLogger(__name__)

SWEEP_SECONDS: Final = 1.0
"""After so long all that is watched is looked at, whether a wake-up call has come or not."""
SWEEP_SECONDS_ALONE: Final = 0.5
"""The same without a broker, and after a failure."""
_GAP_SECONDS: Final = 0.02
"""Between two looks: calls that come close together are answered together."""


class Hub:
    """Tails what is watched; its thread begins with the first stream and sleeps while there is none."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._somebody = threading.Event()
        self._thread: threading.Thread | None = None
        self._runs, self._list = RunTails(), ListTail()
        self._listener = Listener()
        self._sweep_at = 0.0
        self._list_is_due = False

    @contextmanager
    def watched(self, topic: Topic, inbox: Inbox) -> Iterator[None]:
        """Put whatever happens from the topic's beginning on into the inbox while inside."""
        tail: Any = self._runs if isinstance(topic, RunTopic) else self._list
        with self._lock:
            tail.join(topic, inbox)
            self._somebody.set()
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="hub", daemon=True)
                self._thread.start()
        try:
            yield
        finally:
            with self._lock:
                tail.leave(topic, inbox)
                if not self._runs and not self._list:
                    self._somebody.clear()

    def _run(self) -> None:
        while True:
            if not self._somebody.is_set():
                self._listener.close()
                connection.close()
                self._somebody.wait()
            try:
                self._turn()
            except Exception as error:  # noqa: BLE001 (whatever it is, the streams are to go on when it is over)
                logger.warning("Live updates are late: %s", error)
                connection.close()
                self._sweep_at = 0.0
                time.sleep(SWEEP_SECONDS_ALONE)

    def _turn(self) -> None:
        """Wait for something to do, and do it."""
        called = self._listener.wait(self._seconds_to_wait())
        is_sweep = time.monotonic() >= self._sweep_at
        self._list_is_due |= is_sweep or bool(called)
        if is_sweep:
            self._sweep_at = time.monotonic() + (SWEEP_SECONDS if self._listener.hears else SWEEP_SECONDS_ALONE)
        self._look(None if is_sweep else called)
        time.sleep(_GAP_SECONDS)

    def _seconds_to_wait(self) -> float:
        until_sweep = max(0.0, self._sweep_at - time.monotonic())
        return min(until_sweep, self._list.seconds_until_due()) if self._list_is_due else until_sweep

    def _look(self, runs: Set[UUID] | None) -> None:
        """Look at these runs, or at all."""
        if self._runs and (runs is None or runs) and self._runs.look(runs):
            self._sweep_at = 0.0
        if not self._list:
            self._list_is_due = False
        elif self._list_is_due and not self._list.seconds_until_due():
            self._list.look()
            self._list_is_due = False


hub: Final = Hub()
"""This process's."""
