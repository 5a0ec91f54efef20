"""Sending a statement, alone or together with others, and the values that both databases write differently."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection

# SQLite knows milliseconds: compared as text with what is stored, one that has begun counts as a whole.
NOW = {"postgresql": "clock_timestamp()", "sqlite": "STRFTIME('%%Y-%%m-%%d %%H:%%M:%%f999', 'NOW')"}
"""The database's time, as an expression."""


class Answer:
    """What a statement gives: read it after ``together``, or wait for it."""

    def __init__(self, statement: str, values: Sequence[Any]) -> None:
        self._cursor = connection.cursor()
        self._cursor.execute(statement, values)
        # SQLite does not commit while rows wait to be read.
        self._rows = None if connection.vendor == "postgresql" else self._read()

    def rows(self) -> list[Any]:
        """Give the rows."""
        if self._rows is None:
            self._rows = self._read()
        return self._rows

    def _read(self) -> list[Any]:
        with self._cursor:
            return list(self._cursor.fetchall())


@contextmanager
def together() -> Iterator[None]:
    """Send the statements inside without waiting for the answer of each, where the database's driver can do that."""
    if connection.vendor != "postgresql":
        yield
        return
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.pipeline():
        yield


def as_id(value: UUID) -> Any:
    """Write an id."""
    return value if connection.features.has_native_uuid_field else value.hex


def as_time(value: datetime) -> Any:
    """Write a time."""
    return connection.ops.adapt_datetimefield_value(value)


def read_time(value: datetime | str) -> datetime:
    """Read the database's time; what is made of SQLite's is never ahead of it."""
    if isinstance(value, str):
        return datetime.fromisoformat(value[:-3]).replace(tzinfo=UTC)
    return value.astimezone(UTC)


def read_json(value: Any) -> Any:
    """Read a JSON column: both databases hand it over as text, as Django tells the driver to."""
    return json.loads(value) if isinstance(value, str) else value
