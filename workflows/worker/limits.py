"""Stopping Python code that runs too long: an alarm in the main thread of a worker process."""

import math
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType


class TimeLimitReached(KeyboardInterrupt):
    """The attempt took longer than its ``timeout``. Not an ``Exception``: a step's own handlers let it through.

    What waits for a database or an event loop treats it as it treats Ctrl-C: the query is cancelled, the loop ends.
    """


class StopEnforced(KeyboardInterrupt):
    """The attempt was asked to stop and did not within the grace time; otherwise the same."""


@dataclass
class _Inside:
    """Code that may be stopped, once; times on the monotonic clock."""

    since: float
    until: float
    is_to_stop: bool = False
    was_stopped: bool = False


_inside: _Inside | None = None


@contextmanager
def stoppable(seconds: float | None) -> Iterator[None]:
    """Let what runs inside be stopped: after ``seconds``, where given, and by ``interrupt_main``.

    Raises:
        TimeLimitReached, StopEnforced: inside, in the main thread; another thread cannot be stopped and is left alone.
    """
    global _inside
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    # It stays: a signal that comes a moment too late must not meet the default, which ends the process.
    signal.signal(signal.SIGALRM, _ring)
    since = time.monotonic()
    try:
        _inside = _Inside(since, math.inf if seconds is None else since + seconds)
        signal.setitimer(signal.ITIMER_REAL, seconds or 0)
        yield
    finally:
        _inside = None
        signal.setitimer(signal.ITIMER_REAL, 0)


def inside_since() -> float | None:
    """Give when the code inside ``stoppable`` began, on the monotonic clock; ``None``: none is inside."""
    inside = _inside
    return inside.since if inside else None


def interrupt_main() -> None:
    """Stop what runs in ``stoppable``, from another thread; does nothing where nothing does, or not any more."""
    inside = _inside
    if inside is not None:
        inside.is_to_stop = True
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGALRM)


def _ring(_signal: int, _frame: FrameType | None) -> None:
    """Stop what this signal was meant for: another step may have begun since it was sent."""
    inside = _inside
    if inside is None or inside.was_stopped:
        return
    if inside.is_to_stop:
        inside.was_stopped = True
        raise StopEnforced
    if time.monotonic() >= inside.until:
        inside.was_stopped = True
        raise TimeLimitReached
