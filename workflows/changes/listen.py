"""Hearing that runs have changed."""

import logging
import time
from collections.abc import Callable
from functools import partial
from uuid import UUID

import redis
from redis.client import PubSub

from workflows.changes.wire import CHANNEL, UNREACHABLE, connect

logger = logging.getLogger(__name__)

_RETRY_SECONDS = 2.0


class Listener:
    """Listens for one thread; without a broker it hears nothing, and tries again every few seconds."""

    def __init__(self) -> None:
        self._client: redis.Redis | None = None
        self._subscription: PubSub | None = None
        self._try_again_at = 0.0

    @property
    def hears(self) -> bool:
        """Whether the broker is there to be heard."""
        return self._subscription is not None

    def wait(self, seconds: float) -> set[UUID]:
        """Give the runs that are said to have changed, as soon as there are any; none after so many seconds."""
        if not self.hears and time.monotonic() >= self._try_again_at:
            self._guarded(self._subscribe)
        until = time.monotonic() + seconds
        heard: set[UUID] = set()
        while not heard and self.hears and (left := until - time.monotonic()) > 0:
            self._guarded(partial(self._hear, heard, left))
        if not heard:
            time.sleep(max(0.0, until - time.monotonic()))
        return heard

    def close(self) -> None:
        """Stop listening."""
        subscription, client = self._subscription, self._client
        self._subscription = self._client = None
        if subscription:
            subscription.close()
        if client:
            client.close()

    def _subscribe(self) -> None:
        self._try_again_at = time.monotonic() + _RETRY_SECONDS
        self._client = connect()
        if self._client:
            self._subscription = PubSub(self._client.connection_pool, ignore_subscribe_messages=True)
            self._subscription.subscribe(CHANNEL)

    def _hear(self, heard: set[UUID], seconds: float) -> None:
        """Wait for a message, and take along what has come with it."""
        assert self._subscription is not None  # noqa: S101 (it hears)
        message = self._subscription.get_message(timeout=seconds)
        while message:
            heard |= _read(message["data"])
            message = self._subscription.get_message()

    def _guarded(self, act: Callable[[], None]) -> None:
        try:
            act()
        except UNREACHABLE as error:
            logger.debug("The broker cannot be listened to: %s", error)
            self.close()


def _read(data: bytes) -> set[UUID]:
    """Read a message; one that nobody of ours has written says nothing."""
    try:
        return {UUID(part) for part in data.decode().split(",")}
    except ValueError:
        return set()
