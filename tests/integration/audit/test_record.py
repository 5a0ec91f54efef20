"""The writer of the trail: in the change's transaction, under a registered name, in its place, without secrets."""

import threading
import uuid
from collections import Counter
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction

from audit import operations, request_id
from audit.actor import SYSTEM, Actor
from audit.models import Entry, Pending, Result, Surface, Trail
from audit.operations import UnknownOperationError
from audit.record import AuditError, record


def write(operation: str = "pause", resource: str = "run", **details: Any) -> Entry:
    with transaction.atomic():
        return record(SYSTEM, operation, "workflow", resource, result=Result.SUCCESS, reason_code="x", **details)


def test_record__outside_a_transaction_is_refused() -> None:
    with pytest.raises(AuditError):
        record(SYSTEM, "pause", "workflow", "run", result=Result.SUCCESS, reason_code="x")
    assert not Entry.objects.exists()


def test_record__of_an_unknown_operation_is_refused() -> None:
    with pytest.raises(UnknownOperationError):
        write("frobnicate")
    assert not Trail.objects.exists()


def test_register__gives_a_name_one_meaning() -> None:
    operations.register("pause", operations._labels["pause"])
    with pytest.raises(ValueError, match="taken"):
        operations.register("pause", "something else")
    with pytest.raises(ValueError, match="longer"):
        operations.register("x" * 33, "too long")


def test_record__goes_with_the_change_that_is_rolled_back() -> None:
    with transaction.atomic():
        record(SYSTEM, "pause", "workflow", "run", result=Result.SUCCESS, reason_code="x")
        transaction.set_rollback(True)
    assert not Entry.objects.exists()
    assert not Trail.objects.exists()
    assert write().seq == 1, "no place was lost"


def test_record__keeps_who_it_was_then() -> None:
    user = User.objects.create_user("ada")
    request_id.begin("req-1")
    try:
        with transaction.atomic():
            entry = record(
                Actor(user, Surface.API, "10.0.0.1"), "pause", "workflow", "run", result=Result.SUCCESS, reason_code="x"
            )
    finally:
        request_id.end()
    key = str(user.pk)
    user.delete()
    entry.refresh_from_db()
    assert (entry.actor_id, entry.triggered_by, entry.surface) == (key, "ada", "api")
    assert (entry.address, entry.request_id) == ("10.0.0.1", "req-1")


def test_places__have_no_gap_and_no_double_under_concurrency() -> None:
    def work(number: int) -> None:
        try:
            for _ in range(10):
                write(resource=f"run-{number % 2}")
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    places = Counter(Entry.objects.values_list("resource_id", "seq"))
    assert set(places) == {(f"run-{run}", seq) for run in (0, 1) for seq in range(1, 41)}
    assert set(Trail.objects.values_list("length", flat=True)) == {40}
    assert Pending.objects.count() == 80


def test_params__come_back_as_they_were() -> None:
    given = {"a": [1, 2.5, None, True], "ü": {"deep": "text"}}
    assert Entry.objects.get(pk=write(params=given).pk).params == given


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET reason = 'other'",
        "DELETE FROM audit_entry",
        "UPDATE audit_entry SET seq = 9",
    ],
)
def test_entries__cannot_be_changed(statement: str) -> None:
    write()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Entry.objects.get().reason == ""


def test_entries__cannot_be_replaced() -> None:
    entry = write()
    if connection.vendor == "sqlite":
        columns = ", ".join(f'"{field.column}"' for field in Entry._meta.concrete_fields)
        fresh = uuid.uuid4().hex
        # By the same id, and by the same place under another id.
        for first in ("operation_id", f"'{fresh}'"):
            selected = columns.replace('"operation_id"', first)
            statement = f"INSERT OR REPLACE INTO audit_entry ({columns}) SELECT {selected} FROM audit_entry"  # noqa: S608 (the model's own columns)
            with pytest.raises(IntegrityError, match="append-only"), connection.cursor() as cursor:
                cursor.execute(statement)
    else:
        with pytest.raises(IntegrityError, match="append-only"), connection.cursor() as cursor:
            cursor.execute("TRUNCATE audit_entry")
    assert Entry.objects.get() == entry
