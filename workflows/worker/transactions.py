"""What a step leaves behind on this thread's database connections: the next one, and its own report, begin anew."""

from collections.abc import Set as AbstractSet

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

_OPEN = ("ACTIVE", "INTRANS", "INERROR")


def open_transactions() -> set[str]:
    """Give the aliases of the connections with a transaction that has not ended."""
    return {wrapper.alias for wrapper in connections.all(initialized_only=True) if _is_open(wrapper)}


def discard_connections(aliases: AbstractSet[str]) -> None:
    """Close these connections, whatever is open in them; the database rolls it back, the next query connects again."""
    for alias in aliases:
        wrapper = connections[alias]
        # As if no transaction had begun: inside one, Django would refuse to connect again until its end.
        wrapper.in_atomic_block = wrapper.closed_in_transaction = False
        wrapper.close()


def discard_all_but(aliases: AbstractSet[str]) -> None:
    """Close the other connections: code that was interrupted anywhere may have left them between two states."""
    discard_connections({wrapper.alias for wrapper in connections.all(initialized_only=True)} - aliases)


def _is_open(wrapper: BaseDatabaseWrapper) -> bool:
    if wrapper.connection is None:
        return False
    return wrapper.in_atomic_block or not wrapper.autocommit or _is_begun(wrapper)


def _is_begun(wrapper: BaseDatabaseWrapper) -> bool:
    """Whether a transaction was begun past Django, by a statement of its own."""
    if wrapper.vendor == "sqlite":
        return bool(wrapper.connection.in_transaction)
    if wrapper.vendor == "postgresql":
        return wrapper.connection.info.transaction_status.name in _OPEN
    return False
