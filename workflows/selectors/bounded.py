"""Several small reads in one statement: counts that stop at a bound, and single values."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet


class Scalar(NamedTuple):
    """A query for one value, and its parameters."""

    sql: str
    params: tuple[Any, ...]


NONE = Scalar("SELECT 0", ())
NOTHING = Scalar("SELECT NULL", ())


class UpTo(NamedTuple):
    """A count that stopped at a bound when ``is_more``: there are more than ``number``."""

    number: int
    is_more: bool = False

    def __add__(self, other: object) -> "UpTo":
        """Count together what has been counted apart."""
        if not isinstance(other, UpTo):
            return NotImplemented
        return UpTo(self.number + other.number, self.is_more or other.is_more)


def count_of(rows: QuerySet[Any], most: int) -> Scalar:
    """Count rows up to ``most + 1``, in the order of an index, so that no more than these are looked at."""
    try:
        sql, params = rows.order_by("-pk").values("pk")[: most + 1].query.sql_with_params()
    except EmptyResultSet:
        return NONE
    return Scalar(f"SELECT COUNT(*) FROM ({sql}) AS counted", params)


def value_of(rows: QuerySet[Any], field: str) -> Scalar:
    """Give a field of the first row; ``None``: there is none."""
    return Scalar(*rows.values(field)[:1].query.sql_with_params())


def read_together(scalars: Sequence[Scalar]) -> list[Any]:
    """Read these values in one statement."""
    if not scalars:
        return []
    columns = ", ".join(f"({scalar.sql})" for scalar in scalars)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns}", [param for scalar in scalars for param in scalar.params])
        return list(cursor.fetchone())


def up_to(number: int, most: int) -> UpTo:
    """Read what ``count_of`` has counted."""
    return UpTo(min(number, most), number > most)
