"""The worker's pool of processes: Celery's own, whose processes also look for work when no message comes.

A process of the pool is driven by messages. When the broker is away, or has forgotten what it was told, none come; then
it asks the database between two of its waits, in the same thread in which it answers messages.
"""

import signal
from collections.abc import Callable
from typing import Any

from celery.concurrency import asynpool, prefork


class Worker(asynpool.Worker):
    """One process of the pool."""

    def on_loop_start(self, pid: int) -> None:
        """Let SIGTERM end the process in good order: its step is interrupted, what it holds is given back."""
        from workflows.worker import stopping

        super().on_loop_start(pid)
        signal.signal(signal.SIGTERM, lambda *_signal: stopping.tell_this_process())

    def _make_recv_method(self, conn: Any) -> Callable[[float], tuple[bool, Any]]:
        from workflows.lookout import Lookout
        from workflows.worker import stopping

        receive = super()._make_recv_method(conn)  # type: ignore[misc]  # the stubs leave out what begins with _
        lookout = Lookout()

        def listen(timeout: float) -> tuple[bool, Any]:
            if stopping.may_leave():
                raise SystemExit(0)
            if not conn._reader.poll(timeout):  # noqa: SLF001 (as the pool itself reads)
                lookout.look()
                return False, None
            lookout.heard()
            answer: tuple[bool, Any] = receive(timeout)
            return answer

        return listen


class Pool(asynpool.AsynPool):
    """Makes such processes."""

    Worker = Worker


class TaskPool(prefork.TaskPool):
    """What ``celery worker --pool`` is told."""

    Pool = Pool
