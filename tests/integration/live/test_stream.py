"""One stream, in an event loop of the test."""

import asyncio
from collections.abc import Callable
from typing import Any, ClassVar
from uuid import uuid4

import pytest

from workflows.live import open_streams, stream
from workflows.live.frames import BUSY, PING, RETRY, Frame
from workflows.live.hub import Hub
from workflows.live.inbox import Inbox
from workflows.live.open_streams import OpenStreams
from workflows.live.stream import Stream
from workflows.live.topics import RunTopic


class Told(RunTopic):
    """A run whose events stand in no database; ``progress``: how far it has come at each of the first readings."""

    progress: ClassVar[list[int]] = []

    def missed(self, position: int) -> tuple[list[Frame], bool]:
        last = self.progress.pop(0) if self.progress else self.begin
        return [frame(seq) for seq in range(position + 1, last + 1)], False


def frame(seq: int) -> Frame:
    return Frame(seq, b"%d " % seq)


class HandedOver(Hub):
    """A hub that hands over what the test says."""

    def __init__(self, *batches: list[int]) -> None:
        super().__init__()
        self.batches = batches

    def watched(self, topic: Any, inbox: Any) -> Any:
        for batch in self.batches:
            inbox.put([frame(seq) for seq in batch])
        return super().watched(topic, inbox)


def sent(hub: Hub, topic: RunTopic, position: int = 0, life: float = 0.3) -> list[bytes]:
    async def collect() -> list[bytes]:
        return [text async for text in Stream(topic, position, life).endless(hub, OpenStreams(), 1)]

    return asyncio.run(collect())


@pytest.mark.usefixtures("transactional_db")
class TestOrder:
    def check(self, hub: Hub, known: int, expected: list[int]) -> None:
        first, *rest = sent(hub, Told(uuid4(), known))
        assert first == RETRY
        assert b"".join(text for text in rest if text != PING) == b"".join(frame(seq).text for seq in expected)

    def test_what_comes_twice__is_sent_once(self) -> None:
        self.check(HandedOver([2, 3, 4], [3, 4, 5]), known=3, expected=[1, 2, 3, 4, 5])

    def test_hole__is_filled_from_the_database(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(Told, "progress", [3])
        self.check(HandedOver([4, 7]), known=8, expected=[1, 2, 3, 4, 5, 6, 7, 8])


@pytest.mark.usefixtures("transactional_db")
def test_idle_stream__pings_and_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "PING_SECONDS", 0.05)
    first, *pings = sent(Hub(), Told(uuid4(), 0))
    assert first == RETRY
    assert len(pings) > 2
    assert set(pings) == {PING}


@pytest.mark.usefixtures("transactional_db")
@pytest.mark.parametrize("bound", ["MOST", "MOST_OF_ONE_USER"])
def test_full_process__ends_those_that_came_at_once(monkeypatch: pytest.MonkeyPatch, bound: str) -> None:
    monkeypatch.setattr(open_streams, bound, 0)
    assert sent(Hub(), Told(uuid4(), 0)) == [BUSY]


@pytest.mark.usefixtures("transactional_db")
def test_bounds__are_those_of_the_user_and_of_the_process() -> None:
    async def count(check: Callable[[OpenStreams], None]) -> None:
        streams = OpenStreams()
        with streams.opened(1, Inbox()), streams.opened(2, Inbox()):
            check(streams)

    def check(streams: OpenStreams) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(open_streams, "MOST_OF_ONE_USER", 1)
            assert not streams.has_room(1)
            assert streams.has_room(3)
            patch.setattr(open_streams, "MOST", 2)
            assert not streams.has_room(3)

    asyncio.run(count(check))
