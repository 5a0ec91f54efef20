"""How long a step of a killed worker waited until it ran again."""

from collections.abc import Sequence
from dataclasses import dataclass

from tests.faults.judge.ledger import Line
from tests.faults.kinds.fault import Kill
from tests.faults.load.journal import Record

EDGES = (1.0, 2.0, 5.0, 10.0, 20.0, 40.0)
"""Upper edges of the histogram, in seconds."""


@dataclass(frozen=True)
class Recovery:
    """A step whose process was killed, and the seconds until its code began again."""

    key: str
    killed_by: str
    at: int
    seconds: float


def recoveries(lines: Sequence[Line], kills: Sequence[Kill], records: Sequence[Record]) -> list[Recovery]:
    """Find the kills of processes with a step inside whose step's code has begun again by itself.

    Steps that never began again do not count: the result was in already. Nor do those of runs that somebody has
    operated on: a paused one runs again when it is resumed, however long that takes.
    """
    operated = {run for record in records for run in record.runs}
    found = []
    for kill in kills:
        inside = _inside(lines, kill)
        if inside is None or inside.key.partition("/")[0] in operated:
            continue
        again = (line.at for line in lines if line.what == "began" and line.key == inside.key and line.at > kill.at)
        first = min(again, default=None)
        if first is not None:
            found.append(Recovery(inside.key, kill.by, kill.at, (first - kill.at) / 1e9))
    return found


def histogram(found: Sequence[Recovery]) -> dict[str, int]:
    """Count the times between the edges."""
    times = [recovery.seconds for recovery in found]
    counts = {}
    lower = 0.0
    for edge in EDGES:
        counts[f"< {edge:g} s"] = sum(lower <= time < edge for time in times)
        lower = edge
    return counts | {f"≥ {lower:g} s": sum(time >= lower for time in times)}


def _inside(lines: Sequence[Line], kill: Kill) -> Line | None:
    """Give the line with which the step began that a process was at when it was killed."""
    own = [line for line in lines if line.pid == kill.pid and line.at <= kill.at]
    return own[-1] if own and own[-1].what == "began" else None
