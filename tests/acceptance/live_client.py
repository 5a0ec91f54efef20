"""A client of event streams, as a browser is one: goes on after what it has got."""

import http.client
import json
import socket
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple

from tests.acceptance.parts import Parts, eventually

PATH = "/api/v1/events/stream"


class Message(NamedTuple):
    """What a stream has sent: an event's id, name and data."""

    id: str
    name: str
    data: Any


class LiveClient:
    """One user's streams from one server."""

    def __init__(self, port: int, token: str) -> None:
        self.port = port
        self._headers = {"Authorization": f"Token {token}", "Accept": "text/event-stream"}
        self._open: list[tuple[socket.socket, http.client.HTTPResponse]] = []

    def open(self, query: str, last_id: str = "") -> http.client.HTTPResponse:
        """Open a stream."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = self._headers | ({"Last-Event-ID": last_id} if last_id else {})
        connection.connect()
        end = connection.sock  # the response takes it over
        connection.request("GET", f"{PATH}?{query}", headers=headers)
        response = connection.getresponse()
        self._open.append((end, response))
        return response

    def close(self) -> None:
        """End all streams."""
        self.hang_up()
        while self._open:
            end, response = self._open.pop()
            response.close()
            end.close()

    def hang_up(self) -> None:
        """Let whoever reads a stream find its end."""
        for end, _response in self._open:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def messages(self, query: str, last_id: str = "") -> Iterator[Message]:
        """Give what a stream sends until it ends."""
        response = self.open(query, last_id)
        assert response.status == 200, response.read()
        yield from messages_of(response)

    @contextmanager
    def following(self, query: str) -> Iterator[list[Message]]:
        """Collect what is sent, across all interruptions, while inside."""
        got: list[Message] = []
        ended = threading.Event()
        thread = threading.Thread(target=self._follow, args=(query, got, ended), daemon=True)
        thread.start()
        try:
            yield got
        finally:
            ended.set()
            self.hang_up()
            thread.join(10)
            self.close()

    def _follow(self, query: str, got: list[Message], ended: threading.Event) -> None:
        last_id = ""
        while not ended.wait(0.1):
            with suppress(OSError, ValueError, http.client.HTTPException, AssertionError):
                for message in self.messages(query, last_id):
                    got.append(message)
                    last_id = message.id or last_id
                    if ended.is_set():
                        return


def messages_of(lines: Any) -> Iterator[Message]:
    """Read the messages from the lines of a stream; a block without data is none, but its id counts."""
    fields: dict[str, str] = {}
    for raw in lines:
        line = raw.decode().rstrip("\n")
        if line and not line.startswith(":"):
            name, _colon, value = line.partition(": ")
            fields[name] = value
        elif not line:
            if "id" in fields or "data" in fields:
                yield Message(fields.get("id", ""), fields.get("event", ""), json.loads(fields.get("data", "null")))
            fields = {}


def start_web(running: Parts, port: int) -> None:
    """Start a web process as a portal starts it, and wait until it answers."""
    options = ["--host", "127.0.0.1", "--port", str(port), "--lifespan", "off", "--timeout-graceful-shutdown", "5"]
    running._run("web", sys.executable, "-P", "-m", "uvicorn", "venom_portal.asgi:application", *options)
    eventually(lambda: _answers(port))


def _answers(port: int) -> bool:
    with suppress(OSError):
        return urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2).status == 200
    return False
