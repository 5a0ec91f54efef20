"""Rows as they are stored, whatever that is, with ids and times as the canonical encoding has them.

Models do not help here: they raise where a row that was altered holds no time, no id or no UTF-8.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection

_TIMES = frozenset({"timestamp", "sealed_at", "introduced_at"})
_IDS = frozenset({"operation_id", "entry_id", "parent"})
_ROWS_AT_ONCE = 1_000
_UNREADABLE = "unreadable: "
"""In front of what is not as the portal writes it: no hash or signature is over that."""


def stream(sql: str, parameters: Sequence[object] = ()) -> Iterator[tuple[Any, ...]]:
    """Give the rows of a statement, so many at a time, without a transaction: writers never wait for a reader."""
    with _cursor() as cursor:
        with _any_text():
            cursor.execute(sql, parameters)
        while True:
            with _any_text():
                rows = cursor.fetchmany(_ROWS_AT_ONCE)
            yield from rows
            if not rows:
                return


def stream_columns(sql: str, columns: Sequence[str], parameters: Sequence[object] = ()) -> Iterator[tuple[Any, ...]]:
    """Give rows whose values are canonical; ``columns`` are the names of what the statement selects."""
    readers = [_reader(name) for name in columns]
    for row in stream(sql, parameters):
        yield tuple(read(value) for read, value in zip(readers, row, strict=True))


def selected(columns: Sequence[str], table: str) -> str:
    """Write the columns of a table as they are to be selected."""
    return ", ".join(_expression(name, table) for name in columns)


def id_parameter(text: str) -> str:
    """Write an id as a statement's parameter."""
    return text.replace("-", "") if connection.vendor == "sqlite" else text


def _cursor() -> Any:
    """Give a cursor that the server keeps the rows for, unless a pooler in between cannot do that."""
    if connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS"):
        return connection.cursor()
    return connection.chunked_cursor()


@contextmanager
def _any_text() -> Iterator[None]:
    """Let SQLite hand over text that is no UTF-8; other databases do not take such text in."""
    connection.ensure_connection()
    if connection.vendor != "sqlite":
        yield
        return
    raw = connection.connection
    before, raw.text_factory = raw.text_factory, _decode
    try:
        yield
    finally:
        raw.text_factory = before


def _decode(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return _UNREADABLE + repr(data)


def _expression(name: str, table: str) -> str:
    column = f'{table}."{name}"'
    if connection.vendor == "sqlite":
        return f"+{column}"  # an expression has no declared type, by which the driver would convert it
    if name in _TIMES:
        # The driver cannot read every time that the database can keep; AD or BC, lest two years look the same.
        return f"""to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"BC')"""
    return f"{column}::text" if name in _IDS else column


def _reader(name: str) -> Callable[[Any], Any]:
    is_sqlite = connection.vendor == "sqlite"
    if name in _TIMES:
        return _time_of_sqlite if is_sqlite else _time_of_postgresql
    return _id_of_sqlite if is_sqlite and name in _IDS else _value


def _value(value: Any) -> Any:
    return value if value is None or isinstance(value, str | int) else _UNREADABLE + repr(value)


def _time_of_postgresql(value: Any) -> Any:
    text = str(value)
    return text.removesuffix("AD") if text.endswith("ZAD") else _UNREADABLE + text


_TIME = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2}) ([0-9]{2}:[0-9]{2}:[0-9]{2})(\.[0-9]{6})?")


def _time_of_sqlite(value: Any) -> Any:
    found = _TIME.fullmatch(value) if isinstance(value, str) else None
    if not found or found[3] == ".000000":  # which is not how it is written
        return _UNREADABLE + repr(value)
    return f"{found[1]}T{found[2]}{found[3] or '.000000'}Z"


_ID = re.compile(r"([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})")


def _id_of_sqlite(value: Any) -> Any:
    if value is None:
        return None
    found = _ID.fullmatch(value) if isinstance(value, str) else None
    return "-".join(found.groups()) if found else _UNREADABLE + repr(value)
