"""How long a session lasts, and what it has to have seen before it counts as good."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Form:
    """Seconds under fault, seconds within which all must settle afterwards, and the least that has to have happened.

    ``pause``: seconds between two faults of a lane, from and to. A process takes seconds to start, so that faults
    without a pause leave little time for the work in which they are to be felt.
    """

    seconds: float
    settle_seconds: float
    completed: int
    acknowledged: int
    of_each_kind: int
    pause: tuple[float, float] = (0.3, 2.0)


def short() -> Form:
    """For every change: every kind of fault once."""
    return Form(seconds=40.0, settle_seconds=60.0, completed=15, acknowledged=60, of_each_kind=1)


def long(minutes: float) -> Form:
    """For a night."""
    return Form(
        seconds=minutes * 60,
        settle_seconds=180.0,
        completed=int(minutes * 30),
        acknowledged=int(minutes * 100),
        of_each_kind=max(1, int(minutes / 3)),
        pause=(2.0, 9.0),
    )
