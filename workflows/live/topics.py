"""What a stream can be about: one run, or whatever changes."""

from dataclasses import dataclass
from typing import Final, Protocol
from uuid import UUID

from workflows.live.frames import Frame, change_frames, event_frames
from workflows.models import Event
from workflows.selectors.changes import changes_since

PAGE: Final = 500
"""Events that are read at a time for a stream that catches up."""


class Topic(Protocol):
    """Says what a stream follows, and reads what it has missed."""

    def missed(self, position: int) -> tuple[list[Frame], bool]:
        """Read from the database what comes after a position; tells whether there is more."""


@dataclass(frozen=True)
class RunTopic:
    """The events of a run; ``begin``: the number of its last one, read before the stream begins."""

    workflow_id: UUID
    begin: int

    def missed(self, position: int) -> tuple[list[Frame], bool]:
        """See ``Topic``."""
        events = Event.objects.filter(workflow_id=self.workflow_id, seq__gt=position).order_by("seq")[:PAGE]
        frames = event_frames(events)
        return frames, len(frames) == PAGE


@dataclass(frozen=True)
class ListTopic:
    """Hints that some runs have changed; ``begin``: the token of before the stream begins."""

    begin: int

    def missed(self, position: int) -> tuple[list[Frame], bool]:
        """See ``Topic``; hints may come twice, so that where the stream once began will do."""
        return change_frames(changes_since(position)), False
