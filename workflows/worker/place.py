"""Where a process runs, and whether another one of the same place still lives. Standard library only.

Only Linux tells; elsewhere a process that was killed is noticed when its heartbeat is overdue.
"""

import os
from pathlib import Path

_PROC = Path("/proc")
_STATE, _START_TIME = 0, 19
"""Positions in a process's ``stat``, counted from behind its name."""
_DEAD = ("Z", "X")


def here() -> str:
    """Name this boot of this machine, and the set of process ids that is seen here; "" where that cannot be told."""
    try:
        boot = (_PROC / "sys/kernel/random/boot_id").read_text().strip()
        return f"{boot} {(_PROC / 'self/ns/pid').readlink()}"
    except OSError:
        return ""


def birth(pid: int) -> int | None:
    """Give the moment at which a process began, in ticks since the machine did; ``None``: it is dead or not seen.

    Together with the id it names one life of one process, whatever the wall clock does.
    """
    facts = _facts(pid)
    return None if facts is None or facts[_STATE] in _DEAD else int(facts[_START_TIME])


def is_dead(pid: int, born: int | None) -> bool:
    """Tell whether the life of a process that began at ``born`` is over for sure; who cannot be seen may well live."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except OSError:  # it is somebody else's
        pass
    facts = _facts(pid)
    if facts is None:
        return False
    return facts[_STATE] in _DEAD or (born is not None and int(facts[_START_TIME]) != born)


def _facts(pid: int) -> list[str] | None:
    try:
        stat = (_PROC / str(pid) / "stat").read_bytes()
    except OSError:
        return None
    return stat.rpartition(b")")[2].decode().split()
