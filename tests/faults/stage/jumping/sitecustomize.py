"""A wall clock that can be made to jump, for the process that finds this file on its import path.

There is no way to give one process another wall clock without a library of C, so what the portal's code asks is
shifted: ``time.time``, ``time.time_ns`` and ``django.utils.timezone.now``. The class ``datetime`` stays as it is:
database drivers tell values apart by it. The file that VENOM_FAULTS_CLOCK names holds the seconds; it is read again
four times a second.
"""

import datetime
import os
import time

from django.utils import timezone

_time, _time_ns = time.time, time.time_ns
_read_at, _shift = -1.0, 0.0


def shift() -> float:
    """Seconds by which the clock is off now."""
    global _read_at, _shift
    if time.monotonic() - _read_at > 0.25:
        _read_at = time.monotonic()
        try:
            with open(os.environ["VENOM_FAULTS_CLOCK"]) as file:  # noqa: PTH123 (as little as possible is imported here)
                _shift = float(file.read() or 0)
        except (OSError, ValueError, KeyError):
            _shift = 0.0
    return _shift


def now() -> datetime.datetime:
    """Django's clock, shifted."""
    return datetime.datetime.fromtimestamp(time.time(), datetime.UTC)


time.time = lambda: _time() + shift()
time.time_ns = lambda: _time_ns() + int(shift() * 1e9)
timezone.now = now
