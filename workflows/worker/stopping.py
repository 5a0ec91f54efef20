"""Whether this process is to end: what the worker's main process was told, and what this one was told itself."""

import os
import threading
import time
from multiprocessing import RawValue

from django.conf import settings

STOP_GRACE: float = settings.VENOM_STOP_GRACE_SECONDS
"""Seconds that a step in flight has to end by itself after it, or its worker, was asked to stop."""
LAST_CALL = 2.0
"""Seconds between telling a step that its worker ends, when the grace time is over, and interrupting it."""
KILL_GRACE = 5.0
"""Seconds after which code that could not be interrupted is ended with its process."""
_DISMISSED_WITHIN = 3.0
LONGEST_STOP = STOP_GRACE + LAST_CALL + KILL_GRACE + _DISMISSED_WITHIN + 2.0
"""Seconds within which a worker that was told to stop has ended, whatever its steps do."""

# In memory that is shared with the processes forked later: when the whole worker was told, on the monotonic clock.
_worker_told_at = RawValue("d", 0.0)
_told_here = False


def tell_worker() -> None:
    """Let all processes of this worker claim nothing more, and end their steps within the grace time."""
    if not _worker_told_at.value:
        _worker_told_at.value = time.monotonic()


def end_at_last() -> None:
    """See that the main process ends, even where it waits for messages that the broker took along when it died.

    By then no process of the pool has work, and what they held is given back.
    """
    last = threading.Timer(LONGEST_STOP - 1.0, os._exit, [0])
    last.daemon = True
    last.start()


def tell_this_process() -> None:
    """Let this process end without any grace: its step is told at once."""
    global _told_here
    _told_here = True


def may_leave() -> bool:
    """Whether this process ends when it is idle, although the main process has not dismissed it.

    Without a broker the main process may wait for an answer to a message that never got through to the pool.
    """
    return _told_here or (is_told() and time.monotonic() - _worker_told_at.value > _DISMISSED_WITHIN)


def is_told() -> bool:
    """Whether nothing more is to be claimed here."""
    return _told_here or bool(_worker_told_at.value)


def is_grace_over() -> bool:
    """Whether the step in flight has had its time."""
    return _told_here or (is_told() and time.monotonic() - _worker_told_at.value > STOP_GRACE)
