"""A wall clock that can be made to jump, for the process that finds this file on its import path.

There is no way to give one process another wall clock without a library of C, so what Python code asks is shifted:
``time.time``, ``time.time_ns`` and ``datetime.now``, ``utcnow`` and ``today``. The file that VENOM_FAULTS_CLOCK names
holds the seconds; it is read again four times a second.
"""

import datetime as module
import os
import time

_time, _time_ns = time.time, time.time_ns
_real = module.datetime
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


class _Kind(type(_real)):  # type: ignore[misc]
    def __instancecheck__(cls, value: object) -> bool:
        return isinstance(value, _real)


class datetime(_real, metaclass=_Kind):  # noqa: N801 (stands in for the real one)
    """The real one, but for what time it is now."""

    __slots__ = ()

    @classmethod
    def now(cls, tz: module.tzinfo | None = None) -> _real:  # type: ignore[override]
        return _real.fromtimestamp(_time() + shift(), tz)

    @classmethod
    def utcnow(cls) -> _real:  # type: ignore[override]
        return _real.fromtimestamp(_time() + shift(), module.UTC).replace(tzinfo=None)

    @classmethod
    def today(cls) -> _real:  # type: ignore[override]
        return cls.now()


datetime.__module__, datetime.__qualname__ = "datetime", "datetime"
module.datetime = datetime  # type: ignore[misc]
time.time = lambda: _time() + shift()
time.time_ns = lambda: _time_ns() + int(shift() * 1e9)
