"""What others put on the trail's tables is found and named: the portal's own triggers say nothing of what it does."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connection

from audit import triggers
from audit.models import Entry
from audit.sealing import seal_entries
from tests.integration.audit.attacker import execute, names
from venom_portal.diagnosis import trail

Write = Callable[..., None]

TABLES = ("entry", "seal", "leaf", "key", "removal", "pending", "trail", "singleton")
_ON_POSTGRESQL = connection.vendor == "postgresql"
only_postgresql = pytest.mark.skipif(not _ON_POSTGRESQL, reason="SQLite has no such thing")


@contextmanager
def trigger(name: str, table: str, statements: str = "") -> Iterator[None]:
    """Keep out each new row of a table, having run statements in its place."""
    if _ON_POSTGRESQL:
        body = f"BEGIN {statements} RETURN NULL; END"
        execute(f"CREATE OR REPLACE FUNCTION evil() RETURNS trigger LANGUAGE plpgsql AS $${body}$$")
        execute(f"CREATE TRIGGER {name} BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION evil()")
    else:
        execute(f"CREATE TRIGGER {name} BEFORE INSERT ON {table} BEGIN {statements} SELECT RAISE(IGNORE); END")
    try:
        yield
    finally:
        execute(f"DROP TRIGGER {name}" + (f" ON {table}" if _ON_POSTGRESQL else ""))


def test_added_trigger__that_keeps_entries_out_and_counts_them_off_is_found(write: Write) -> None:
    write(1)
    seal_entries()
    uncount = (
        "UPDATE audit_trail SET length = length - 1"
        " WHERE resource_type = NEW.resource_type AND resource_id = NEW.resource_id;"
    )
    with trigger("a_evil", "audit_entry", uncount):
        write(1)
        assert Entry.objects.count() == 1, "it was kept out"
        assert names() == [("trigger_unknown", "trigger a_evil ON audit_entry")]
        assert not trail.append_only().is_ok
    assert names() == []
    assert trail.append_only().is_ok


@pytest.mark.parametrize("table", TABLES)
def test_added_trigger__is_found_on_each_table_and_left_by_a_migration(table: str) -> None:
    with trigger("a_evil", f"audit_{table}"):
        triggers.install()
        assert triggers.problems() == [f"a_evil ON audit_{table}"]
    assert triggers.problems() == []


@only_postgresql
def test_added_trigger__with_the_name_of_another_is_found() -> None:
    with trigger("audit_seal_no_update", "audit_entry"):
        assert triggers.problems() == ["audit_seal_no_update ON audit_entry"]


@only_postgresql
def test_added_rule__is_found() -> None:
    execute("CREATE RULE evil AS ON INSERT TO audit_entry DO INSTEAD NOTHING")
    try:
        assert names() == [("trigger_unknown", "trigger rule evil ON audit_entry")]
    finally:
        execute("DROP RULE evil ON audit_entry")


@only_postgresql
def test_row_security__is_found() -> None:
    execute("ALTER TABLE audit_pending ENABLE ROW LEVEL SECURITY")
    try:
        assert names() == [("trigger_unknown", "trigger row security ON audit_pending")]
    finally:
        execute("ALTER TABLE audit_pending DISABLE ROW LEVEL SECURITY")
