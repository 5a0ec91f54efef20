"""What reads a run's history: one object for each run, told of its events in order."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, NamedTuple
from uuid import UUID

from audit.violation import Violation
from workflows.graph import Graph


class Told(NamedTuple):
    """An event: ``step`` is a step's id as clients see it, ``attempt`` the number that it names, if any.

    ``because`` says of a skipped step why it was.
    """

    seq: int
    kind: str
    step: str
    attempt: int | None = None
    because: str = ""

    @property
    def key(self) -> str:
        """The step's key, whichever item of it the event is about."""
        return self.step.partition("[")[0]

    @property
    def is_item(self) -> bool:
        """Whether the event is about one item of a fan-out."""
        return self.step.endswith("]")


class Reader(ABC):
    """Follows one run; keeps no more than its steps' names."""

    rules: ClassVar[Mapping[str, Any]]

    def __init__(self, workflow_id: UUID, graph: Graph) -> None:
        self.workflow_id = workflow_id
        self.graph = graph

    @abstractmethod
    def read(self, event: Told) -> Iterator[Violation]:
        """Take the next event, and yield what it breaks."""

    def broken(self, rule: str, event: Told, **facts: Any) -> Violation:
        """Make the violation that an event is."""
        subject = f"run {self.workflow_id} step {event.step}" if event.step else f"run {self.workflow_id}"
        return Violation(rule, subject, {"event": event.seq, **facts})
