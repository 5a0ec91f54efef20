"""One open stream: what was missed, then what the hub hands over, until it ends."""

import asyncio
import logging
import random
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any, Final

from asgiref.sync import sync_to_async
from django.db import DatabaseError, InterfaceError, connections

from workflows.live.catch_up import missed
from workflows.live.frames import BUSY, PING, RETRY, Frame
from workflows.live.hub import Hub
from workflows.live.inbox import Inbox
from workflows.live.open_streams import OpenStreams
from workflows.live.topics import Topic

logger = logging.getLogger(__name__)

PING_SECONDS: Final = 15.0
LIFE_SECONDS: Final = (300.0, 600.0)
"""A stream ends after a time between these, so that the client comes again and its permissions are looked at."""
_WITHOUT_DATABASE_SECONDS: Final = 1.0


class Stream:
    """Sends a topic's frames from a position on; iterate over it once."""

    def __init__(self, topic: Topic, position: int, life: float | None = None) -> None:
        self._topic = topic
        self._position = position
        self._life = random.uniform(*LIFE_SECONDS) if life is None else life  # noqa: S311 (no secret)

    async def endless(self, hub: Hub, streams: OpenStreams, user_id: Any) -> AsyncIterator[bytes]:
        """Send what comes until the stream's time is over or the process stops."""
        await sync_to_async(connections.close_all)()  # the request's, which has been answered
        if not streams.has_room(user_id):  # many came at once
            yield BUSY
            return
        inbox = Inbox()
        with streams.opened(user_id, inbox), hub.watched(self._topic, inbox):
            yield RETRY
            until = time.monotonic() + self._life
            while not inbox.is_closed and (left := until - time.monotonic()) > 0:
                if inbox.is_behind:
                    async for text in self._catch_up(inbox):
                        yield text
                else:
                    frames = await inbox.take(min(left, PING_SECONDS))
                    if text := self._new(frames, inbox) if frames else PING:
                        yield text

    def finite(self) -> Iterator[bytes]:
        """Send what there is and end, for servers that cannot wait: the client comes again and goes on from there."""
        yield RETRY
        has_more = True
        while has_more:
            frames, has_more = self._topic.missed(self._position)
            yield self._sent(frames)

    async def _catch_up(self, inbox: Inbox) -> AsyncIterator[bytes]:
        """Send what is in the database; what the hub leaves out meanwhile makes the stream fall behind once more."""
        inbox.is_behind = False
        has_more = True
        while has_more:
            try:
                frames, has_more = await missed(self._topic, self._position)
            except (DatabaseError, InterfaceError) as error:
                logger.warning("A stream waits for the database: %s", error)
                inbox.is_behind = True
                yield PING
                await asyncio.sleep(_WITHOUT_DATABASE_SECONDS)
                return
            if frames:
                yield self._sent(frames)

    def _new(self, frames: list[Frame], inbox: Inbox) -> bytes:
        """Give what has not been sent yet; nothing from a hole on, which the database will fill."""
        new: list[Frame] = []
        expected = self._position + 1
        for frame in frames:
            if frame.seq > expected:
                inbox.is_behind = True
                break
            if frame.seq in (0, expected):
                new.append(frame)
                expected += frame.seq > 0
        return self._sent(new)

    def _sent(self, frames: list[Frame]) -> bytes:
        self._position = max([self._position, *(frame.seq for frame in frames)])
        return b"".join(frame.text for frame in frames)
