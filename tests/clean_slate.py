"""Brings a database back to what it was: rows are put back, which is many times faster than computing them anew.

Django would empty all tables and announce a migration after each test that commits, and registering the flows takes as
long as most tests do. Here both are done once, and what they left is kept in tables beside the real ones.
"""

from collections.abc import Iterable
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from audit import triggers
from workflows import registry
from workflows.models import Definition

_MIGRATED, _REGISTERED = "kept_migrated", "kept_registered"
"""How the names of the tables begin that keep it."""
_MADE_BY_TRIGGERS = {"audit_pending"}


class CleanSlate:
    """What the tables hold after ``migrate`` and after the flows have been registered; once per test database."""

    def __init__(self) -> None:
        self._migrated = _keep(_filled(), _MIGRATED)
        before = _counts(self._migrated)
        registry.sync()
        assert _counts(self._migrated) == before, "what is added to a table that is not empty would be lost"
        self._registered = _keep(_filled() - self._migrated - _MADE_BY_TRIGGERS, _REGISTERED)
        self.wipe()

    def wipe(self) -> None:
        """Leave what ``migrate`` leaves."""
        triggers.drop()
        try:
            self._empty_and_refill()
        finally:
            triggers.install()

    def _empty_and_refill(self) -> None:
        with transaction.atomic(), connection.cursor() as cursor:  # in whatever order: keys are checked at the end
            for table in _tables():
                cursor.execute(f"DELETE FROM {table}")
            _put_back(self._migrated, _MIGRATED)

    def register_flows(self) -> None:
        """Leave what ``registry.sync`` leaves in an empty database, on record as of now; once for each test."""
        if Definition.objects.exists():
            return
        with transaction.atomic(), connection.cursor() as cursor:
            now = connection.ops.adapt_datetimefield_value(timezone.now())
            # Not there where a seeded bug keeps entries from being written.
            if "audit_entry" in self._registered:
                cursor.execute(f"UPDATE {_REGISTERED}_audit_entry SET timestamp = %s", [now])
            _put_back(self._registered, _REGISTERED)


def _tables() -> set[str]:
    return set(connection.introspection.django_table_names(only_existing=True, include_views=False))


def _filled() -> set[str]:
    with connection.cursor() as cursor:
        return {table for table in _tables() if _has_rows(cursor, table)}


def _counts(tables: Iterable[str]) -> dict[str, int]:
    counted = {}
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT count(*) FROM {table}")
            counted[table] = cursor.fetchone()[0]
    return counted


def _keep(tables: set[str], prefix: str) -> set[str]:
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"DROP TABLE IF EXISTS {prefix}_{table}")  # of a database that is used again
            cursor.execute(f"CREATE TABLE {prefix}_{table} AS SELECT * FROM {table}")
    return tables


def _put_back(tables: Iterable[str], prefix: str) -> None:
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"INSERT INTO {table} SELECT * FROM {prefix}_{table}")


def _has_rows(cursor: Any, table: str) -> bool:
    cursor.execute(f"SELECT 1 FROM {table} LIMIT 1")
    return cursor.fetchone() is not None
