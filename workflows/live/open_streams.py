"""Which streams are open in this process, so that they are bounded and end with it."""

import asyncio
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Final

from workflows.live.inbox import Inbox

MOST: Final = 500
"""In one web process."""
MOST_OF_ONE_USER: Final = 250


class OpenStreams:
    """The inboxes of the open streams, by user."""

    def __init__(self) -> None:
        self._inboxes: dict[Inbox, Any] = {}
        self._is_ending = False
        self._watches_signals = False

    def has_room(self, user_id: Any) -> bool:
        """Tell whether this user may open one more."""
        own = sum(owner == user_id for owner in list(self._inboxes.values()))
        return len(self._inboxes) < MOST and own < MOST_OF_ONE_USER and not self._is_ending

    @contextmanager
    def opened(self, user_id: Any, inbox: Inbox) -> Iterator[None]:
        """Count the stream with this inbox while inside; end it when the process is told to stop."""
        self._watch_signals()
        self._inboxes[inbox] = user_id
        try:
            yield
        finally:
            del self._inboxes[inbox]

    def close_all(self) -> None:
        """End all streams, and let none begin any more."""
        self._is_ending = True
        for inbox in list(self._inboxes):
            inbox.close()

    def _watch_signals(self) -> None:
        """End the streams before the server waits for its connections: it would wait as long as it may."""
        if self._watches_signals or threading.current_thread() is not threading.main_thread():
            return
        self._watches_signals = True
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            before = signal.getsignal(number)
            if callable(before):

                def stop(number: int, frame: FrameType | None, before: Any = before) -> None:
                    loop.call_soon_threadsafe(self.close_all)
                    before(number, frame)

                signal.signal(number, stop)


open_streams: Final = OpenStreams()
"""This process's."""
