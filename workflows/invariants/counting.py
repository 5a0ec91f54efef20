"""Counting related rows inside one statement."""

from typing import Any

from django.db.models import Count, IntegerField, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce


def count_of(rows: QuerySet[Any], by: str = "workflow") -> Coalesce:
    """Count the rows of a query that refers to an outer one and gives all rows the same ``by``; 0 for none."""
    number = rows.order_by().values(by).annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(number, output_field=IntegerField()), 0)


def sum_of(rows: QuerySet[Any], column: str, by: str = "workflow") -> Coalesce:
    """Add up a column of such rows; 0 for none."""
    total = rows.order_by().values(by).annotate(number=Sum(column)).values("number")
    return Coalesce(Subquery(total, output_field=IntegerField()), 0)
