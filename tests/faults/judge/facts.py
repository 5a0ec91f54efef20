"""What the database holds at the end, as plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

SUCCESSES = frozenset({"success", "cancelled"})
"""Results of an audit entry that say that it happened."""


@dataclass(frozen=True)
class Run:
    """A run; ``journal`` is the wish that created it."""

    id: str
    definition: str
    status: str
    generation: int = 1
    in_flight: int = 0
    journal: str = ""
    error: str = ""


@dataclass(frozen=True)
class Step:
    """A step; ``nonce`` is its accepted output's."""

    run: str
    id: str
    status: str
    generation: int = 1
    token: int = 0
    is_leased: bool = False
    nonce: str = ""
    is_fan_out: bool = False
    task: str = ""
    error: str = ""


@dataclass(frozen=True)
class Attempt:
    """An attempt at a step."""

    run: str
    step: str
    number: int
    generation: int
    token: int
    status: str
    is_replay: bool = False
    error: str = ""


@dataclass(frozen=True)
class Entry:
    """An audit entry; ``journal`` is the wish that it belongs to."""

    operation_id: str
    type: str
    resource: str
    result: str
    code: str
    journal: str = ""
    parent: str | None = None
    before: str = ""
    after: str = ""
    by: str = ""

    @property
    def has_happened(self) -> bool:
        """Whether it says that something was done."""
        return self.result in SUCCESSES


@dataclass(frozen=True)
class Event:
    """An event of a run's history."""

    run: str
    seq: int
    kind: str
    step: str = ""


@dataclass(frozen=True)
class Item:
    """What came of one run of a bulk job."""

    run: str
    result: str
    operation_id: str | None = None


@dataclass(frozen=True)
class Job:
    """A bulk job."""

    id: str
    status: str
    items: tuple[Item, ...] = ()


@dataclass(frozen=True)
class Facts:
    """All of it."""

    runs: Sequence[Run] = ()
    steps: Sequence[Step] = ()
    attempts: Sequence[Attempt] = ()
    entries: Sequence[Entry] = ()
    events: Sequence[Event] = ()
    jobs: Sequence[Job] = field(default=())


def read(told: Mapping[str, Sequence[Mapping[str, Any]]]) -> Facts:
    """Make facts of what ``tests.faults.teller`` tells."""
    return Facts(
        runs=[Run(**row) for row in told["runs"]],
        steps=[Step(**row) for row in told["steps"]],
        attempts=[Attempt(**row) for row in told["attempts"]],
        entries=[Entry(**row) for row in told["entries"]],
        events=[Event(**row) for row in told["events"]],
        jobs=[Job(row["id"], row["status"], tuple(Item(**item) for item in row["items"])) for row in told["jobs"]],
    )
