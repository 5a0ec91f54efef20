"""The triggers: there after every migrate, missed when they are gone, changed or switched off."""

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.db import connection

from audit import triggers
from audit.triggers import postgresql, sqlite
from venom_portal.diagnosis import trail

NAMES = sorted(sqlite.TRIGGERS if connection.vendor == "sqlite" else postgresql.TRIGGERS)
_TABLES = {name: name.rpartition("_no_")[0] or "audit_entry" for name in NAMES}


def execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def remove(name: str) -> None:
    execute(f"DROP TRIGGER {name}" + ("" if connection.vendor == "sqlite" else f" ON {_TABLES[name]}"))


def test_triggers__are_all_in_place() -> None:
    assert triggers.problems() == []
    assert trail.append_only().is_ok


@pytest.mark.parametrize("name", NAMES)
def test_trigger__that_is_gone_is_missed_and_comes_back_with_migrate(name: str) -> None:
    remove(name)
    assert triggers.problems() == [name]
    assert [message.id for message in run_checks(databases=["default"]) if name in message.msg] == ["audit.W001"]
    assert not trail.append_only().is_ok
    call_command("migrate", verbosity=0)
    assert triggers.problems() == []


def test_trigger__that_reads_otherwise_is_found() -> None:
    name = "audit_seal_no_update"
    remove(name)
    if connection.vendor == "sqlite":
        execute(f"CREATE TRIGGER {name} BEFORE UPDATE ON audit_seal BEGIN SELECT 1; END")
    else:
        execute("CREATE FUNCTION harmless() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$")
        execute(f"CREATE TRIGGER {name} BEFORE UPDATE ON audit_seal FOR EACH ROW EXECUTE FUNCTION harmless()")
        execute(f"ALTER TABLE audit_seal ENABLE ALWAYS TRIGGER {name}")
    assert triggers.problems() == [name]
    triggers.install()
    assert triggers.problems() == []


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite cannot switch a trigger off")
@pytest.mark.parametrize("mode", ["DISABLE", "ENABLE", "ENABLE REPLICA"])
def test_trigger__that_does_not_fire_always_is_found(mode: str) -> None:
    execute(f"ALTER TABLE audit_entry {mode} TRIGGER audit_entry_no_update")
    assert triggers.problems() == ["audit_entry_no_update"]
    triggers.install()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="functions are PostgreSQL's")
def test_function__that_has_been_emptied_is_found() -> None:
    execute("CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$")
    assert "audit_seal_no_delete" in triggers.problems()
    triggers.install()
    assert triggers.problems() == []


@pytest.mark.skipif(connection.vendor != "postgresql", reason="functions are PostgreSQL's")
@pytest.mark.parametrize("change", ["RESET search_path", "SET search_path = pg_temp, public"])
def test_function__that_looks_for_tables_elsewhere_is_found(change: str) -> None:
    execute(f"ALTER FUNCTION audit_refuse_unless_removable() {change}")
    assert triggers.problems() == ["audit_entry_no_delete", "audit_leaf_no_delete"]
    triggers.install()
    assert triggers.problems() == []
