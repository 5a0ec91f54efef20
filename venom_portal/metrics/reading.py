"""How the large tables are read: by their partial indexes, which are found only by conditions that are written out."""

from typing import Any

from django.db import connection


def rows(statement: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Give what a statement reads.

    SQLite does not compare values that are handed over with an index's condition, and PostgreSQL stops doing so when
    it has planned a statement a few times: both would read the whole table.
    """
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
