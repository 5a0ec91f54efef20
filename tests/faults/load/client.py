"""A client of the REST API that expects the worst."""

import http.client
import json
from typing import Any

_PATIENCE = 15.0
"""Seconds for an answer; a portal whose database is locked may take its time, one whose broker is away may not."""


class Client:
    """One user with a token."""

    def __init__(self, port: int, token: str) -> None:
        self._port = port
        self._headers = {"Authorization": f"Token {token}", "Content-Type": "application/json"}

    def get(self, path: str) -> tuple[int, Any]:
        """Ask for JSON; status 0: no answer."""
        return self._ask("GET", path, None, {})

    def post(self, path: str, body: Any, key: str | None = None) -> tuple[int, Any]:
        """Send JSON; status 0: no answer, and nobody knows whether it happened."""
        return self._ask("POST", path, json.dumps(body), {"Idempotency-Key": key} if key else {})

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> tuple[int, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=_PATIENCE)
        try:
            connection.request(method, path, body, {**self._headers, **headers})
            response = connection.getresponse()
            return response.status, json.loads(response.read() or b"null")
        except (OSError, http.client.HTTPException, ValueError):
            return 0, None
        finally:
            connection.close()
