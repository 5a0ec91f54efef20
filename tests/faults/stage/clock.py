"""The one clock of a fault run: what no process can shift, shared by all processes of the machine."""

import time


def now_ns() -> int:
    """Nanoseconds since the machine has started."""
    return time.clock_gettime_ns(time.CLOCK_MONOTONIC)
