"""The watched runs: how far each was read, and which streams wait for more."""

import threading
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import reduce
from itertools import groupby
from operator import or_
from typing import Final
from uuid import UUID

from django.db.models import Q

from workflows.live.frames import Frame, event_frames, log_frame
from workflows.live.inbox import Inbox
from workflows.live.topics import RunTopic
from workflows.models import Event, Workflow

_RUNS: Final = 500
_MOVED_RUNS: Final = 50
_EVENTS: Final = 1_000
"""How much one statement asks for; what is more is read in the next."""


@dataclass(eq=False)
class _Watched:
    """A run: the number of the last event that was read, that of its last log line, and who waits."""

    seq: int
    log_seq: int | None = None
    inboxes: set[Inbox] = field(default_factory=set)


class RunTails:
    """Reads on where it has stopped, for all watched runs at once; what is read more than once shows in the numbers."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._watched: dict[UUID, _Watched] = {}

    def __bool__(self) -> bool:
        """Whether anybody watches."""
        return bool(self._watched)

    def join(self, topic: RunTopic, inbox: Inbox) -> None:
        """Put the run's events from the topic's beginning on into the inbox."""
        with self._lock:
            self._watched.setdefault(topic.workflow_id, _Watched(topic.begin)).inboxes.add(inbox)

    def leave(self, topic: RunTopic, inbox: Inbox) -> None:
        """Put nothing more into the inbox."""
        with self._lock:
            watched = self._watched[topic.workflow_id]
            watched.inboxes.discard(inbox)
            if not watched.inboxes:
                del self._watched[topic.workflow_id]

    def look(self, only: Set[UUID] | None = None) -> bool:
        """Read what is new of these runs, or of all, and hand it out; tells whether more is waiting.

        One statement when nothing is.
        """
        with self._lock:
            watched = {run: seen for run, seen in self._watched.items() if only is None or run in only}
        has_more = False
        for ids in _parts(list(watched), _RUNS):
            moved = list(self._moved(ids, watched))
            for part in _parts(moved, _MOVED_RUNS):
                has_more |= self._read({run: watched[run] for run in part})
        return has_more

    def _moved(self, ids: Sequence[UUID], watched: Mapping[UUID, _Watched]) -> Iterator[UUID]:
        """Give the runs that have events which were not read; tell of log lines, which have no more to them."""
        rows = Workflow.objects.filter(pk__in=ids).values_list("pk", "event_seq", "log_seq")
        for run, event_seq, log_seq in list(rows):
            seen = watched[run]
            if seen.log_seq is not None and log_seq > seen.log_seq:
                self._hand_out(seen, [log_frame(run, log_seq)])
            seen.log_seq = log_seq
            if event_seq > seen.seq:
                yield run

    def _read(self, moved: Mapping[UUID, _Watched]) -> bool:
        beyond = reduce(or_, (Q(workflow_id=run, seq__gt=seen.seq) for run, seen in moved.items()))
        events = list(Event.objects.filter(beyond).order_by("workflow_id", "seq")[:_EVENTS])
        for run, group in groupby(events, key=lambda event: event.workflow_id):
            frames = event_frames(group)
            moved[run].seq = frames[-1].seq
            self._hand_out(moved[run], frames)
        return len(events) == _EVENTS

    def _hand_out(self, seen: _Watched, frames: Sequence[Frame]) -> None:
        with self._lock:
            inboxes = list(seen.inboxes)
        for inbox in inboxes:
            inbox.put(frames)


def _parts(ids: Sequence[UUID], size: int) -> Iterator[Sequence[UUID]]:
    for start in range(0, len(ids), size):
        yield ids[start : start + size]
