"""Points at which a process can be told to die, and rules that it can be told to break: how the tests are tested.

Off unless the environment asks for it. They live in the lowest app because every app has some.
"""

import logging
import os
import signal

CRASH_VARIABLE = "VENOM_CRASH_POINT"
"""``name`` or ``name:n``: the process dies when it passes the point for the n-th time (the first, by default)."""
BUG_VARIABLE = "VENOM_SEEDED_BUG"
"""The name of one seeded bug."""

CRASH_POINTS = {
    "claim.before_commit": "a worker has claimed a step, and the claim is not committed",
    "claim.after_commit": "the claim is committed, and the step's code has not begun",
    "finish.before_commit": "a result and what follows from it are written, and not committed",
    "finish.after_commit": "the result is committed, and with it the claim of the next step",
    "wake.before_send": "new work is committed, and no message has been sent",
    "operation.before_commit": "an operation and its audit entry are written, and not committed",
    "operation.after_commit": "the operation is committed, and not answered",
    "create.before_commit": "a run and its audit entry are written, and not committed",
    "create.after_commit": "the run is committed, and not answered",
    "bulk.before_commit": "one run of a bulk operation is dealt with, and not committed",
    "bulk.after_commit": "one run of a bulk operation is committed, the next not begun",
    "seal.before_commit": "a seal is written, and not committed",
    "seal.after_commit": "the seal is committed, and its head not written to the file",
    "seal.after_head": "the head is in the file, and nobody was told",
}
"""Both sides of every commit that a promise hangs on: the name, and what has happened there."""
SEEDED_BUGS = {
    "ignore_token": "a report is accepted whatever its token: a worker that lost its lease still counts",
    "announce_before_commit": "messages are sent before the commit of what they speak of",
    "high_water_sweep": "work is announced again only above the last row that was announced before",
    "missing_audit_entry": "an operation happens without its audit entry",
    "unguarded_claim": "a step is claimed without looking whether somebody has it",
}
"""Each breaks one rule, in one line of the code that every process runs: the name, and what goes wrong."""

_point, _, _passes = os.environ.get(CRASH_VARIABLE, "").partition(":")
_left = int(_passes or 1)
_bug = os.environ.get(BUG_VARIABLE, "")


def crash_point(name: str) -> None:
    """Die here, as by ``kill -9``, if that was asked for."""
    global _left
    if name != _point:
        return
    _left -= 1
    if _left == 0:
        os.kill(os.getpid(), signal.SIGKILL)


def seeded_bug(name: str) -> bool:
    """Tell whether this process was asked to have this bug."""
    return name == _bug


def switched_on() -> list[str]:
    """Name what this process was asked for: as the environment says it, variable and value."""
    asked = {CRASH_VARIABLE: _point, BUG_VARIABLE: _bug}
    return [f"{variable}={value}" for variable, value in asked.items() if value]


for _known, _asked in ((CRASH_POINTS, _point), (SEEDED_BUGS, _bug)):
    if _asked and _asked not in _known:
        raise ValueError(f"there is no {_asked!r}; there are: {', '.join(_known)}")
if switched_on():
    logging.getLogger(__name__).critical("This process is made to go wrong, for tests only: %s", switched_on())
