"""The database itself is whole: its pages, its foreign keys, and the constraints that the code relies on."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import DatabaseError, connection
from django.db.models import Exists, ForeignKey, Model, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from audit.violation import Violation
from workflows.invariants.invariant import Invariant

_NOT_VALIDATED = (
    "SELECT conrelid::regclass::text, conname FROM pg_constraint "
    "WHERE NOT convalidated AND connamespace = current_schema()::regnamespace"
)
_BROKEN_INDEXES = (
    "SELECT indrelid::regclass::text, indexrelid::regclass::text FROM pg_index "
    "JOIN pg_class ON pg_class.oid = indexrelid "
    "WHERE NOT (indisvalid AND indisready) AND relnamespace = current_schema()::regnamespace"
)
_MAY_CHECK_INDEXES = "SELECT 1 FROM pg_proc WHERE proname = 'bt_index_check' AND has_function_privilege(oid, 'execute')"
_BTREES = (
    "SELECT indexrelid, indexrelid::regclass::text FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid "
    "JOIN pg_am ON pg_am.oid = relam WHERE amname = 'btree' AND relpersistence = 'p' "
    "AND indisvalid AND relnamespace = current_schema()::regnamespace"
)


def _broken() -> Iterator[Violation]:
    yield from _sqlite() if connection.vendor == "sqlite" else _postgresql()
    for model in apps.get_models():
        yield from _missing_constraints(model)


def _sqlite() -> Iterator[Violation]:
    for (problem,) in _rows("PRAGMA integrity_check"):
        if problem != "ok":
            yield Violation("database_damaged", "database", {"problem": problem})
    for table, row, parent, _key in _rows("PRAGMA foreign_key_check"):
        yield Violation("reference_to_nothing", f"{table} row {row}", {"refers_to": parent})


def _postgresql() -> Iterator[Violation]:
    for table, name in _rows(_NOT_VALIDATED):
        yield Violation("constraint_not_validated", f"{table} {name}")
    for table, name in _rows(_BROKEN_INDEXES):
        yield Violation("index_unusable", f"{table} {name}")
    if list(_rows(_MAY_CHECK_INDEXES)):
        yield from _damaged_indexes()
    for model in apps.get_models():
        yield from _references_to_nothing(model)


def _damaged_indexes() -> Iterator[Violation]:
    """What the extension amcheck finds, where an administrator has installed it and lets this user call it."""
    for oid, name in list(_rows(_BTREES)):
        try:
            list(_rows("SELECT bt_index_check(%s::oid::regclass)", oid))
        except DatabaseError as error:
            yield Violation("database_damaged", f"index {name}", {"problem": str(error).partition("\n")[0]})


def _references_to_nothing(model: type[Model]) -> Iterator[Violation]:
    """PostgreSQL checks a reference when it is written; who switches triggers off, by a restore say, can break it."""
    for field in model._meta.concrete_fields:
        if not (isinstance(field, ForeignKey) and getattr(field, "db_constraint", True)):
            continue
        parents = _all(field.related_model).filter(**{field.target_field.name: OuterRef(field.attname)})
        rows = _all(model).filter(~Exists(parents), **{f"{field.name}__isnull": False})
        for row in rows.values_list("pk", flat=True).iterator():
            facts = {"refers_to": field.related_model._meta.db_table}
            yield Violation("reference_to_nothing", f"{model._meta.db_table} row {row}", facts)


def _missing_constraints(model: type[Model]) -> Iterator[Violation]:
    table = model._meta.db_table
    if not model._meta.managed or not model._meta.constraints:
        return
    with connection.cursor() as cursor:
        there = connection.introspection.get_constraints(cursor, table)
    for constraint in model._meta.constraints:
        if constraint.name not in there:
            yield Violation("constraint_missing", f"{table} {constraint.name}")


def _all(model: type[Model]) -> QuerySet[Model]:
    """Give all rows, whatever the model's own manager leaves out."""
    return QuerySet(model)


def _rows(statement: str, *values: Any) -> Iterator[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        yield from cursor.fetchall()


INVARIANT = Invariant(
    "storage",
    {
        "database_damaged": _("the database's file or index is damaged"),
        "reference_to_nothing": _("a row refers to a row that is not there"),
        "constraint_not_validated": _("a constraint was never checked against the rows that there are"),
        "index_unusable": _("an index is not in use"),
        "constraint_missing": _("a constraint that the code relies on is not in the database"),
    },
    _broken,
)
