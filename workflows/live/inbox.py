"""Where what is new waits for a stream."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from workflows.live.frames import Frame

CAPACITY: Final = 2_000
"""Frames that wait at most for a client that reads too slowly; what is more it reads from the database later."""


class Inbox:
    """Belongs to one stream, in whose event loop it was made."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._waiting: list[Frame] = []
        self._filled = asyncio.Event()
        self.is_behind = True
        """Whether something was left out, so that the database has to be asked; at first everything was."""
        self.is_closed = False
        """Whether nothing will come any more."""

    def put(self, frames: Sequence[Frame]) -> None:
        """Add frames; called by any thread. A stream whose loop has ended needs none."""
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._add, frames)

    def close(self) -> None:
        """Let the stream end; called in its event loop."""
        self.is_closed = True
        self._filled.set()

    async def take(self, seconds: float) -> list[Frame]:
        """Give what waits, as soon as there is something; nothing after so many seconds or when it was closed."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._filled.wait()
        taken, self._waiting = self._waiting, []
        if not self.is_closed:
            self._filled.clear()
        return taken

    def _add(self, frames: Sequence[Frame]) -> None:
        if len(self._waiting) + len(frames) > CAPACITY:
            self._waiting.clear()
            self.is_behind = True
        else:
            self._waiting += frames
        self._filled.set()
