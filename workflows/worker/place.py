"""Where a process runs, and whether another one of the same place still lives. Standard library only.

Only Linux tells; elsewhere a process that was killed is noticed when its heartbeat is overdue.
"""

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
    """Give the moment at which a process began, in ticks since the machine did; ``None``: none of this id lives.

    Together with the id it names one life of one process, whatever the wall clock does.
    """
    try:
        stat = (_PROC / str(pid) / "stat").read_bytes()
    except OSError:
        return None
    facts = stat.rpartition(b")")[2].decode().split()
    return None if facts[_STATE] in _DEAD else int(facts[_START_TIME])
