"""Several small reads in one statement: counts that stop at a bound, and single values."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet


class Scalar(NamedTuple):
    """A query for one value, and its parameters."""

    sql: str
    params: tuple[Any, ...] = ()


class UpTo(NamedTuple):
    """A number; ``is_more``: it is no more than what was counted before a bound was reached."""

    number: int
    is_more: bool = False

    def __add__(self, other: object) -> "UpTo":
        """Count together what has been counted apart."""
        if not isinstance(other, UpTo):
            return NotImplemented
        return UpTo(self.number + other.number, self.is_more or other.is_more)


NONE = Scalar("SELECT 0")
NOTHING = Scalar("SELECT NULL")


def count_of(rows: QuerySet[Any], most: int) -> Scalar:
    """Count rows up to ``most + 1``, in the order of an index, so that no more than these are looked at."""
    try:
        sql, params = _newest(rows, "pk", most)
    except EmptyResultSet:
        return NONE
    return Scalar(f"SELECT COUNT(*) FROM ({sql}) AS counted", params)  # noqa: S608 (made by Django, with parameters)


def value_of(rows: QuerySet[Any], field: str) -> Scalar:
    """Give a field of the first row; ``None``: there is none."""
    return Scalar(*rows.values(field)[:1].query.sql_with_params())


@dataclass(frozen=True)
class Sample:
    """One text column of the newest ``most + 1`` rows, read once for all that is counted in it."""

    rows: QuerySet[Any]
    column: str
    most: int

    @property
    def beginning(self) -> Scalar:
        """The beginning of the statement that counts in it."""
        sql, params = _newest(self.rows, self.column, self.most)
        return Scalar(f"WITH sample (value) AS ({sql})", params)

    def count(self, value: str) -> Scalar:
        """Count the rows with a value."""
        return Scalar("SELECT COUNT(*) FROM sample WHERE value = %s", (value,))


def read_together(scalars: Sequence[Scalar], sample: Sample | None = None) -> list[Any]:
    """Read these values in one statement; those that are counted in a sample need it."""
    beginning = sample.beginning if sample else Scalar("")
    columns = ", ".join(f"({scalar.sql})" for scalar in scalars)
    params = [param for scalar in (beginning, *scalars) for param in scalar.params]
    with connection.cursor() as cursor:
        cursor.execute(f"{beginning.sql} SELECT {columns}", params)
        return list(cursor.fetchone())


def up_to(number: int, most: int) -> UpTo:
    """Read what ``count_of`` has counted."""
    return UpTo(min(number, most), number > most)


def _newest(rows: QuerySet[Any], column: str, most: int) -> tuple[str, tuple[Any, ...]]:
    return rows.order_by("-pk").values_list(column, flat=True)[: most + 1].query.sql_with_params()
