"""Which SQLite library the process uses, and how the database is opened."""

import sqlite3
import sys
from importlib import import_module
from typing import Any

# Below this version a commit that resets the write-ahead log while a checkpoint starts can lose
# committed transactions (sqlite.org/wal.html, "the WAL-reset bug"); 3.44.6 and 3.50.7 carry the fix too.
_SAFE_WAL = (3, 51, 3)
_BACKPORTED = {(3, 44): 6, (3, 50): 7}


def is_wal_safe(version: tuple[int, int, int]) -> bool:
    """Tell whether this SQLite keeps every committed transaction in WAL mode."""
    return version >= _SAFE_WAL or version[2] >= _BACKPORTED.get(version[:2], sys.maxsize)


def use_safe_sqlite() -> None:
    """Put the bundled SQLite in place of the interpreter's where that one's WAL can lose commits.

    It happens once, for the whole process: two copies of the library in one process break each other's file locks.
    """
    if is_wal_safe(sqlite3.sqlite_version_info):
        return
    try:
        bundled = import_module("pysqlite3")
    except ImportError:
        return
    sys.modules["sqlite3"] = bundled
    sys.modules["sqlite3.dbapi2"] = import_module("pysqlite3.dbapi2")


def connection_options() -> dict[str, Any]:
    """Give Django's ``OPTIONS`` for SQLite: durable commits, writers that queue instead of failing."""
    from sqlite3 import sqlite_version_info

    journal = "WAL" if is_wal_safe(sqlite_version_info) else "DELETE"
    return {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            f"PRAGMA journal_mode={journal}; PRAGMA synchronous=FULL; "
            "PRAGMA recursive_triggers=ON; PRAGMA journal_size_limit=67108864"
        ),
    }
