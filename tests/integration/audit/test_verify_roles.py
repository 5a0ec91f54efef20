"""PostgreSQL with the handbook's two roles: the portal's can do its work, and get around nothing."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from audit import retention
from audit.actor import SYSTEM
from audit.models import Entry, Seal
from audit.sealing import seal_entries
from tests.integration.audit.attacker import execute, names
from venom_portal.trail import retain, rotate_key

pytestmark = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no roles")

Write = Callable[..., None]

HANDBOOK = Path(__file__).parents[3] / "docs" / "audit.md"


@pytest.fixture(autouse=True)
def portal(write: Write) -> Iterator[None]:
    """Be the role that the handbook makes, in a trail that the owner has begun."""
    write(2)
    seal_entries()
    (sql,) = re.findall(r"```sql\n(.*?)```", HANDBOOK.read_text(), re.DOTALL)
    for statement in filter(str.strip, sql.split(";")):
        execute(statement)
    execute("SET ROLE portal_app")
    try:
        yield
    finally:
        execute("RESET ROLE")
        execute("DROP OWNED BY portal_app")
        execute("DROP ROLE portal_app")


def test_role_of_the_handbook__seals_rotates_retains_and_verifies(write: Write) -> None:
    write(1)
    assert seal_entries() == 1
    rotate_key(SYSTEM)
    assert retain(SYSTEM, timezone.now()) == 3
    assert retention.remove_batch() == 3
    seal_entries()
    assert names() == []
    assert set(Entry.objects.values_list("operation_type", flat=True)) == {"audit_rotate_key", "audit_retain"}
    assert Seal.objects.count() == 4


@pytest.mark.parametrize("table", ["entry", "seal", "leaf", "key", "removal"])
def test_role_of_the_handbook__cannot_update(table: str) -> None:
    column = {"entry": "reason", "leaf": "seal_number"}.get(table, "key_id")
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        execute(f"UPDATE audit_{table} SET {column} = {column}")


@pytest.mark.parametrize("table", ["entry", "leaf"])
def test_role_of_the_handbook__cannot_hide_the_permissions_behind_a_table_of_its_own(table: str) -> None:
    execute("CREATE TEMP TABLE audit_removal (through bigint)")
    try:
        execute("INSERT INTO pg_temp.audit_removal VALUES (1000000)")
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            execute(f"DELETE FROM audit_{table}")
    finally:
        execute("DROP TABLE pg_temp.audit_removal")
    assert names() == []
