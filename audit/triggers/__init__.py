"""The triggers that make the trail append-only in the database itself, whoever writes to it."""

from typing import Protocol

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from audit.triggers import postgresql, sqlite


class _Vendor(Protocol):
    def install(self, connection: BaseDatabaseWrapper) -> None: ...

    def drop(self, connection: BaseDatabaseWrapper) -> None: ...

    def problems(self, connection: BaseDatabaseWrapper) -> list[str]: ...

    def strangers(self, connection: BaseDatabaseWrapper) -> list[str]: ...


_VENDORS: dict[str, _Vendor] = {"sqlite": sqlite, "postgresql": postgresql}


def install(using: str = DEFAULT_DB_ALIAS) -> None:
    """Make the triggers where one is missing or is not as it should be, and where the trail's tables are there."""
    connection = connections[using]
    if is_migrated(using) and faulty(using):
        _vendor(connection).install(connection)


def problems(using: str = DEFAULT_DB_ALIAS) -> list[str]:
    """Name the triggers that are missing, switched off or changed, and then what else works on the trail's tables."""
    return faulty(using) + strangers(using)


def faulty(using: str = DEFAULT_DB_ALIAS) -> list[str]:
    """Name the portal's triggers that are missing, switched off or changed; ``install`` puts them right."""
    connection = connections[using]
    return _vendor(connection).problems(connection)


def strangers(using: str = DEFAULT_DB_ALIAS) -> list[str]:
    """Name what others have put on the trail's tables, as ``name ON table``: it could keep entries out or change them.

    Triggers, and on PostgreSQL rules and row security. Nobody but who put them there knows whether they may go:
    ``install`` leaves them.
    """
    connection = connections[using]
    return _vendor(connection).strangers(connection)


def drop(using: str = DEFAULT_DB_ALIAS) -> None:
    """Take all triggers away: before the tables of a test database are emptied, or the app is removed."""
    connection = connections[using]
    _vendor(connection).drop(connection)


def is_migrated(using: str = DEFAULT_DB_ALIAS) -> bool:
    """Tell whether the trail's tables are there."""
    connection = connections[using]
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
    return {"audit_entry", "audit_seal", "audit_leaf", "audit_pending", "audit_key", "audit_removal"} <= set(tables)


def _vendor(connection: BaseDatabaseWrapper) -> _Vendor:
    return _VENDORS[connection.vendor]
