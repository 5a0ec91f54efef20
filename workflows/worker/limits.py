"""Stopping Python code that runs too long: an alarm in the main thread of a worker process."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class TimeLimitReached(BaseException):
    """The attempt took longer than its ``timeout``. Not an ``Exception``: a step's own handlers let it through."""


class StopEnforced(BaseException):
    """The attempt was asked to stop and did not within the grace time."""


_armed: type[BaseException] | None = None


@contextmanager
def stoppable(seconds: float | None) -> Iterator[None]:
    """Let what runs inside be stopped: after ``seconds``, where given, and by ``interrupt_main``.

    Raises:
        TimeLimitReached, StopEnforced: inside, in the main thread; another thread cannot be stopped and is left alone.
    """
    global _armed
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    previous = signal.signal(signal.SIGALRM, _ring)
    _armed = TimeLimitReached
    try:
        if seconds is not None:
            signal.setitimer(signal.ITIMER_REAL, seconds)
        yield
    finally:
        _armed = None
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)


def interrupt_main() -> None:
    """Stop what runs in ``stoppable``, from another thread."""
    global _armed
    if _armed is not None:
        _armed = StopEnforced
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGALRM)


def _ring(_signal: int, _frame: FrameType | None) -> None:
    global _armed
    reason, _armed = _armed, None
    if reason is not None:
        raise reason
