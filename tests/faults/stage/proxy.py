"""What stands between the portal and its broker: passes everything on, until it is told to do mischief."""

import asyncio
import random
import threading
from dataclasses import dataclass
from pathlib import Path

_CHUNK = 65_536
_PUSHES = {b"LPUSH": b"RPUSH", b"RPUSH": b"LPUSH"}


@dataclass
class Mischief:
    """What is done to messages: the share that is lost, sent up to three times, or put at the queue's wrong end."""

    hang: bool = False
    """Accept, take everything, and never answer."""
    lose: float = 0.0
    repeat: float = 0.0
    shuffle: float = 0.0


class Proxy:
    """Listens on a port of its own; speaks to the broker's socket."""

    def __init__(self, socket: Path, seed: str) -> None:
        self._socket = socket
        self._random = random.Random(seed)
        self._loop = asyncio.new_event_loop()
        self._links: set[asyncio.Task[None]] = set()
        self._thread = threading.Thread(target=self._run, name="proxy", daemon=True)
        self._ready = threading.Event()
        self.port = 0
        self.mischief = Mischief()
        self.counts = {"lost": 0, "repeated": 0, "shuffled": 0}

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()
        self._ready.wait(timeout=5)

    def cut(self) -> None:
        """Break every connection; new ones are taken."""
        self._loop.call_soon_threadsafe(self._cut)

    def end(self) -> None:
        """Stop."""
        self.cut()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=5)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._accept, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()

    def _cut(self) -> None:
        for link in self._links:
            link.cancel()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._links.add(task)
        try:
            await self._passes()
            answers, commands = await asyncio.open_unix_connection(str(self._socket))
            try:
                await self._link(reader, writer, answers, commands)
            finally:
                commands.close()
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError, ValueError):
            pass  # one of the two has gone; the other is told by its own connection ending
        finally:
            self._links.discard(task)
            writer.close()

    async def _link(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        answers: asyncio.StreamReader,
        commands: asyncio.StreamWriter,
    ) -> None:
        ways = [
            asyncio.ensure_future(self._forth(reader, commands)),
            asyncio.ensure_future(self._back(answers, writer)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)

    async def _forth(self, reader: asyncio.StreamReader, commands: asyncio.StreamWriter) -> None:
        while True:
            words = await _read_command(reader)
            await self._passes()
            commands.write(_written(self._changed(words)))
            await commands.drain()

    async def _back(self, answers: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while chunk := await answers.read(_CHUNK):
            await self._passes()
            writer.write(chunk)
            await writer.drain()

    async def _passes(self) -> None:
        while self.mischief.hang:
            await asyncio.sleep(0.05)

    def _changed(self, words: list[bytes]) -> list[bytes]:
        """Do to a command that sends a message what is to be done; every other passes."""
        other_end = _PUSHES.get(words[0].upper())
        if other_end is None:
            return words
        if self._random.random() < self.mischief.lose:
            self.counts["lost"] += 1
            return [words[0], b"lost-on-the-way", *words[2:]]
        if self._random.random() < self.mischief.repeat:
            self.counts["repeated"] += 1
            words = [*words, *words[2:] * self._random.choice((1, 2))]
        if self._random.random() < self.mischief.shuffle:
            self.counts["shuffled"] += 1
            words = [other_end, *words[1:]]
        return words


async def _read_command(reader: asyncio.StreamReader) -> list[bytes]:
    """Read one command as clients of Redis write it: an array of strings."""
    count = int((await _read_line(reader))[1:])
    words = []
    for _ in range(count):
        size = int((await _read_line(reader))[1:])
        words.append((await reader.readexactly(size + 2))[:-2])
    return words


async def _read_line(reader: asyncio.StreamReader) -> bytes:
    return (await reader.readuntil(b"\r\n"))[:-2]


def _written(words: list[bytes]) -> bytes:
    return b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in words)
