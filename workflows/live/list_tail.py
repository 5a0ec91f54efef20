"""The changes of all runs, for those who watch a list."""

import threading
import time
from typing import Final
from uuid import UUID

from workflows.live.frames import change_frames
from workflows.live.inbox import Inbox
from workflows.live.topics import ListTopic
from workflows.selectors.changes import Changes, changes_since

_GAP_SECONDS: Final = 0.25
"""Between two looks: a list is not drawn more often."""


class ListTail:
    """Reads which runs have changed, as long as anybody wants to know; names none twice for the same change."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inboxes: set[Inbox] = set()
        self._token = 0
        self._told: dict[UUID, int] = {}
        self._not_before = 0.0

    def __bool__(self) -> bool:
        """Whether anybody watches."""
        return bool(self._inboxes)

    def join(self, topic: ListTopic, inbox: Inbox) -> None:
        """Put hints into the inbox, from the topic's beginning on."""
        with self._lock:
            if not self._inboxes:
                self._token, self._told = topic.begin, {}
            self._inboxes.add(inbox)

    def leave(self, _topic: ListTopic, inbox: Inbox) -> None:
        """Put nothing more into the inbox."""
        with self._lock:
            self._inboxes.discard(inbox)

    def seconds_until_due(self) -> float:
        """Say how long a look has to wait, so that looks do not follow each other too closely."""
        return max(0.0, self._not_before - time.monotonic())

    def look(self) -> None:
        """Read what has changed and hand it out."""
        with self._lock:
            token, told, inboxes = self._token, self._told, list(self._inboxes)
        self._not_before = time.monotonic() + _GAP_SECONDS
        found = changes_since(token)
        new = [change for change in found.runs if change.last > told.get(change.workflow, 0)]
        with self._lock:
            if self._told is told:
                self._token, self._told = found.token, {change.workflow: change.last for change in found.runs}
        if new or found.reset:
            frames = change_frames(Changes(found.token, new, found.reset))
            for inbox in inboxes:
                inbox.put(frames)
