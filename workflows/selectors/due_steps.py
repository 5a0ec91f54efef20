"""Steps that any worker may take now, by queue and by run; looked at oldest first and up to a bound."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from workflows.engine.urgency import claimable_now

MOST: Final = 2_000
"""Steps that are looked at."""


@dataclass
class Waiting:
    """Some due steps: how many, since when the oldest is due, and in which queues they are."""

    since: datetime
    count: int = 0
    queues: set[str] = field(default_factory=set)

    def add(self, queue: str) -> None:
        """Count one more; steps come in the order of their age."""
        self.count += 1
        self.queues.add(queue)


@dataclass(frozen=True)
class DueSteps:
    """The due steps; ``is_cut``: there are more than were looked at."""

    by_queue: dict[str, Waiting]
    by_run: dict[UUID, Waiting]
    is_cut: bool


def due_steps() -> DueSteps:
    """Read them in one statement, in the order of an index."""
    rows = claimable_now().order_by("due_at", "id").values_list("workflow_id", "queue", "due_at")[: MOST + 1]
    return _grouped([(run, queue, due_at) for run, queue, due_at in rows if due_at is not None])


def _grouped(rows: list[tuple[UUID, str, datetime]]) -> DueSteps:
    by_queue: dict[str, Waiting] = {}
    by_run: dict[UUID, Waiting] = {}
    for run, queue, due_at in rows[:MOST]:
        by_queue.setdefault(queue, Waiting(due_at)).add(queue)
        by_run.setdefault(run, Waiting(due_at)).add(queue)
    return DueSteps(by_queue, by_run, len(rows) > MOST)


def not_served(waiting: Waiting, served: Iterable[str]) -> list[str]:
    """Name the queues in which some of these steps are, and which nobody serves."""
    return sorted(waiting.queues - set(served))
