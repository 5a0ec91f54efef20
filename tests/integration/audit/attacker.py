"""Somebody who can write the database, and knows how: takes the triggers away and puts them back."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from audit import triggers, verification
from audit.models import Entry, Leaf, Pending, Seal
from audit.violation import Violation


@contextmanager
def without_triggers() -> Iterator[None]:
    triggers.drop()
    try:
        yield
    finally:
        triggers.install()


def execute(sql: str, *parameters: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.rowcount


def execute_row(sql: str, *parameters: Any) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchone()


def tamper(sql: str, *parameters: Any) -> None:
    """Change rows behind the application's back; a statement that hits nothing proves nothing."""
    with without_triggers():
        assert execute(sql, *parameters) > 0


def stored(entry_id: Any) -> str:
    """An id as the database keeps it."""
    return entry_id.hex if connection.vendor == "sqlite" else str(entry_id)


def found() -> list[Violation]:
    return list(verification.verify(wait=lambda _seconds: None))


def names() -> list[tuple[str, str]]:
    """What is violated, in the order in which it is found: rule and subject."""
    return [(violation.rule, violation.subject) for violation in found()]


def names_beside_triggers() -> list[tuple[str, str]]:
    """The same while the triggers are away."""
    return [(rule, subject) for rule, subject in names() if rule != "trigger_changed"]


def entries(resource: str = "run") -> list[Entry]:
    return list(Entry.objects.filter(resource_id=resource).order_by("seq"))


def cut(seals: int) -> None:
    """Take the last seals away with all that is below them, and what waits."""
    with without_triggers():
        last = Seal.objects.order_by("-number").values_list("number", flat=True)[0] - seals
        gone = list(Leaf.objects.filter(seal_number__gt=last).values_list("entry_id", flat=True))
        gone += list(Pending.objects.values_list("entry_id", flat=True))
        for table, column in (
            ("audit_entry", "operation_id"),
            ("audit_leaf", "entry_id"),
            ("audit_pending", "entry_id"),
        ):
            for entry_id in gone:
                execute(f"DELETE FROM {table} WHERE {column} = %s", stored(entry_id))
        execute("DELETE FROM audit_seal WHERE number > %s", last)
