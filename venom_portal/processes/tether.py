"""Who ends with whom: a tethered process is told to stop when its parent dies, however that one died.

``python -m venom_portal.processes.tether COMMAND…`` becomes COMMAND, tethered. Only Linux can do this;
elsewhere the processes are still stopped by an orderly stop, but not after ``kill -9``.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36


def stop_with_parent() -> None:
    """Have the kernel send SIGTERM to this process when its parent dies; it lasts across ``exec``."""
    parent = os.getppid()
    _prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # it died before the kernel knew what to do
        sys.exit(1)


def adopt_orphans() -> None:
    """Become the parent of descendants that lose theirs, so that an orderly stop finds every one of them."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


if __name__ == "__main__":
    stop_with_parent()
    os.execv(sys.argv[1], sys.argv[1:])  # noqa: S606 (the whole purpose; no shell is wanted)
