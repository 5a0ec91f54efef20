"""The process in which previews are called: reads the calls from its input, writes a line of JSON for each.

Started by ``previews``. The database is opened so that it refuses to be written to, whatever a preview tries.
"""

import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import IO, Any
from urllib.parse import quote

import django


class _TimeIsUp(BaseException):
    """A preview took too long. Not an ``Exception``: its own handlers let it through."""


def main() -> None:
    """Answer all calls, one after the other."""
    order, answers = json.load(sys.stdin), _take_output_away()
    django.setup()
    from django.utils import translation

    _open_read_only(order["database"], order["seconds_each"])
    with translation.override(order["language"]):
        for call in order["calls"]:
            answer = _answer(call, order["seconds_each"])
            answers.write(json.dumps({"key": call["key"], **answer}) + "\n")
            answers.flush()


def _take_output_away() -> IO[str]:
    """Give the way to the caller; what previews print goes to the log instead."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    return answers


def _open_read_only(database: dict[str, Any], seconds: float) -> None:
    from django.db import connection

    is_sqlite = database["ENGINE"].endswith("sqlite3")
    connection.settings_dict.update(database)
    connection.settings_dict.update(
        _read_only_sqlite(database) if is_sqlite else _read_only_postgres(database, seconds)
    )


def _read_only_sqlite(database: dict[str, Any]) -> dict[str, Any]:
    name = f"file:{quote(str(database['NAME']))}?mode=ro"
    return {"NAME": name, "OPTIONS": {"timeout": 2, "init_command": "PRAGMA query_only=ON"}}


def _read_only_postgres(database: dict[str, Any], seconds: float) -> dict[str, Any]:
    options = database.get("OPTIONS") or {}
    limits = f"-c default_transaction_read_only=on -c statement_timeout={int(seconds * 1000)}"
    return {"OPTIONS": {**options, "options": f"{options.get('options', '')} {limits}".strip()}}


def _answer(call: dict[str, Any], seconds: float) -> dict[str, Any]:
    from django.utils.translation import gettext as _

    from workflows.values import encode, to_json

    try:
        with _read_only(), _limited(seconds):
            value = to_json(_call(call["task"], call["arguments"]), "preview")
            encode(value)
    except _TimeIsUp:
        return {"outcome": "timed_out", "message": _("it took longer than %(seconds)s s") % {"seconds": seconds}}
    except (Exception, SystemExit) as error:  # noqa: BLE001 (a preview may raise anything; it is all told)
        return {"outcome": "failed", "message": f"{type(error).__name__}: {error}"}
    return {"outcome": "shown", "value": value}


def _call(task: str, arguments: dict[str, Any]) -> Any:
    from workflows.registry import find_step

    return find_step(task).invoke_preview(arguments)


@contextmanager
def _read_only() -> Iterator[None]:
    """Let a preview read in a transaction that is undone, and that the database keeps from writing."""
    from django.db import connection, transaction

    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION READ ONLY")
                cursor.execute("SELECT 1")  # from the first look at the data on, nobody can take that back
        try:
            yield
        finally:
            transaction.set_rollback(True)


@contextmanager
def _limited(seconds: float) -> Iterator[None]:
    signal.signal(signal.SIGALRM, _ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _ring(_signal: int, _frame: FrameType | None) -> None:
    raise _TimeIsUp


if __name__ == "__main__":
    main()
