"""What is done to entries behind the application's back is found and named."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from audit import canonical
from audit.leaves import leaf_of
from audit.models import Entry
from audit.sealing import seal_entries
from tests.integration.audit.attacker import (
    entries,
    execute,
    execute_row,
    found,
    names,
    names_beside_triggers,
    stored,
    tamper,
    without_triggers,
)

Write = Callable[..., None]

OTHER = "01a20817-5696-74da-b038-5e8e792d1de1"
ALTERED: dict[str, Any] = {
    "operation_id": OTHER,
    "timestamp": "2020-01-01 00:00:00.000001+00:00",
    "parent": OTHER,
    "seq": 77,
    "duration_us": 77,
    **dict.fromkeys(("surface", "result", "state_before", "state_after"), "api"),
}


@pytest.fixture(autouse=True)
def trail(write: Write) -> None:
    """Two seals, and one entry that waits."""
    write(5)
    seal_entries()
    write(3, "other")
    write(1)
    seal_entries()
    write(1)
    assert found() == []


def in_database(column: str, value: Any) -> Any:
    if connection.vendor == "sqlite":
        return {"timestamp": "2020-01-01 00:00:00.000001"}.get(
            column, OTHER.replace("-", "") if value == OTHER else value
        )
    return value


@pytest.mark.parametrize("column", canonical.ENTRY_FIELDS)
def test_entry_altered(column: str) -> None:
    victim = entries()[2]
    tamper(
        f'UPDATE audit_entry SET "{column}" = %s WHERE operation_id = %s',
        in_database(column, ALTERED.get(column, "altered")),
        stored(victim.pk),
    )
    rules = names()
    assert rules[0] == ("entry_missing" if column == "operation_id" else "entry_altered", f"entry {victim.pk}")
    if column == "operation_id":
        assert ("entry_unknown", f"entry {OTHER}") in rules
    if column in ("seq", "resource_type", "resource_id"):
        assert ("trail_gap", "trail workflow run") in rules


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite keeps anything in any column")
@pytest.mark.parametrize("column", canonical.ENTRY_FIELDS)
def test_entry_altered__into_nonsense(column: str) -> None:
    victim = entries()[2]
    before = getattr(victim, "params_json" if column == "params" else column)
    subject = f"entry {victim.pk}"
    with without_triggers():
        execute("PRAGMA ignore_check_constraints = ON")
        row = execute_row("SELECT rowid FROM audit_entry WHERE operation_id = %s", stored(victim.pk))
        for value in ("CAST(x'ff00fe' AS TEXT)", "x'7b7d'", "1e300", "''", "'\x07 %%s'"):
            execute(f'UPDATE audit_entry SET "{column}" = {value} WHERE rowid = %s', *row)
            if value != "''" or before != "":
                assert names_beside_triggers()[0][1] == subject, value
        execute("PRAGMA ignore_check_constraints = OFF")


@pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL has such times")
@pytest.mark.parametrize("time", ["infinity", "-infinity", "0044-03-15 12:00:00+00 BC", "20000-01-01 00:00:00+00"])
def test_entry_altered__to_a_time_that_cannot_be_read(time: str) -> None:
    victim = entries()[2]
    tamper("UPDATE audit_entry SET timestamp = %s::timestamptz WHERE operation_id = %s", time, stored(victim.pk))
    assert names() == [("entry_altered", f"entry {victim.pk}")]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL has such times")
def test_entry_altered__by_an_era() -> None:
    victim = entries()[2]
    before_christ = victim.timestamp.strftime("%Y-%m-%d %H:%M:%S.%f+00 BC")
    tamper(
        "UPDATE audit_entry SET timestamp = %s::timestamptz WHERE operation_id = %s", before_christ, stored(victim.pk)
    )
    assert names() == [("entry_altered", f"entry {victim.pk}")]


def test_entry_deleted__with_its_seal_made() -> None:
    victim = entries()[2]
    tamper("DELETE FROM audit_entry WHERE operation_id = %s", stored(victim.pk))
    assert names() == [
        ("entry_missing", f"entry {victim.pk}"),
        ("trail_gap", "trail workflow run"),
    ]


def test_entry_deleted__with_its_leaf() -> None:
    victim = entries()[2]
    tamper("DELETE FROM audit_entry WHERE operation_id = %s", stored(victim.pk))
    tamper("DELETE FROM audit_leaf WHERE entry_id = %s", stored(victim.pk))
    first, *_rest, gap = found()
    assert (first.rule, first.subject, first.facts["place"]) == ("leaf_missing", "seal 1", 2)
    assert (gap.rule, gap.facts["place"]) == ("trail_gap", 3)


def test_first_entries_deleted__and_counted_as_removed() -> None:
    for victim in entries()[:2]:
        tamper("DELETE FROM audit_entry WHERE operation_id = %s", stored(victim.pk))
        tamper("DELETE FROM audit_leaf WHERE entry_id = %s", stored(victim.pk))
    tamper("UPDATE audit_trail SET removed = 2 WHERE resource_id = 'run'")
    rules = names()
    assert rules[0] == ("leaf_missing", "seal 1")
    assert ("removed_count_wrong", "trails") in rules


def test_entry_deleted__before_it_was_sealed() -> None:
    victim = entries()[-1]
    tamper("DELETE FROM audit_entry WHERE operation_id = %s", stored(victim.pk))
    assert names() == [("trail_length_wrong", "trail workflow run"), ("entry_missing", f"entry {victim.pk}")]


def test_entry_deleted__before_it_was_sealed_and_from_the_queue() -> None:
    victim = entries()[-1]
    tamper("DELETE FROM audit_entry WHERE operation_id = %s", stored(victim.pk))
    tamper("DELETE FROM audit_pending WHERE entry_id = %s", stored(victim.pk))
    assert names() == [("trail_length_wrong", "trail workflow run")]


def test_whole_trail_deleted__before_it_was_sealed(write: Write) -> None:
    write(1, "third")
    tamper("DELETE FROM audit_entry WHERE resource_id = 'third'")
    assert ("trail_length_wrong", "trail workflow third") in names()


def copy_of(entry: Entry, **changes: Any) -> str:
    """Insert a copy of an entry under another id."""
    columns = {name: f'"{name}"' for name in canonical.ENTRY_FIELDS} | {
        "operation_id": f"'{in_database('parent', OTHER)}'"
    }
    columns |= {name: repr(value) for name, value in changes.items()}
    if connection.vendor == "postgresql":
        columns["operation_id"] += "::uuid"
    names, values = ", ".join(f'"{name}"' for name in columns), ", ".join(columns.values())
    execute(
        f"INSERT INTO audit_entry ({names}) SELECT {values} FROM audit_entry WHERE operation_id = %s", stored(entry.pk)
    )
    return str(in_database("parent", OTHER))


def test_entry_inserted__in_the_middle_without_a_leaf() -> None:
    with without_triggers():
        copy_of(entries()[2], seq=99)
    rules = names()
    assert ("entry_unknown", f"entry {OTHER}") in rules
    assert ("trail_gap", "trail workflow run") in rules


def test_entry_inserted__in_the_middle_below_a_seal() -> None:
    with without_triggers():
        entry_id = copy_of(entries()[2], resource_id="beside", seq=1)
        inserted = Entry.objects.get(resource_id="beside")
        execute('UPDATE audit_leaf SET "index" = "index" + 100 WHERE seal_number = 1 AND "index" >= 2')
        execute('UPDATE audit_leaf SET "index" = "index" - 99 WHERE seal_number = 1 AND "index" >= 100')
        execute("INSERT INTO audit_leaf VALUES (%s, 1, 2, %s)", entry_id, leaf_of(inserted).hex())
        execute(
            "INSERT INTO audit_trail (resource_type, resource_id, length, removed) VALUES ('workflow', 'beside', 1, 0)"
        )
    rules = names()
    assert rules[0] == ("entry_inserted", f"entry {OTHER}")
    assert ("seal_root_wrong", "seal 1") in rules


def test_entry_inserted__in_place_of_another() -> None:
    victim = entries()[2]
    with without_triggers():
        execute("UPDATE audit_entry SET seq = 99 WHERE operation_id = %s", stored(victim.pk))
        copy_of(victim, seq=3)
        execute("DELETE FROM audit_entry WHERE operation_id = %s", stored(victim.pk))
    assert names()[0] == ("entry_missing", f"entry {victim.pk}")
    assert ("entry_unknown", f"entry {OTHER}") in names()


def test_entries_swapped__in_their_trail() -> None:
    first, second = entries()[1:3]
    with without_triggers():
        for place, entry in ((99, first), (2, second), (3, first)):
            execute("UPDATE audit_entry SET seq = %s WHERE operation_id = %s", place, stored(entry.pk))
    assert names() == [("entry_altered", f"entry {first.pk}"), ("entry_altered", f"entry {second.pk}")]


def test_entries_swapped__in_their_content() -> None:
    first, second = entries()[1], entries("other")[1]
    with without_triggers():
        for victim, other in ((first, second), (second, first)):
            sql = "UPDATE audit_entry SET reason_code = %s, request_id = %s WHERE operation_id = %s"
            execute(sql, other.reason_code, str(other.pk), stored(victim.pk))
    assert names() == [("entry_altered", f"entry {first.pk}"), ("entry_altered", f"entry {second.pk}")]


def test_entries_swapped__below_their_seal() -> None:
    with without_triggers():
        for place, was in ((99, 1), (1, 2), (2, 99)):
            execute('UPDATE audit_leaf SET "index" = %s WHERE seal_number = 1 AND "index" = %s', place, was)
    assert names() == [("seal_root_wrong", "seal 1")]


@pytest.mark.parametrize(
    ("column", "value"),
    [("leaf_hash", "ab" * 32), ("leaf_hash", "no hash"), ("index", 99), ("seal_number", 99)],
)
def test_leaf_altered(column: str, value: Any) -> None:
    victim = entries()[2]
    tamper(f'UPDATE audit_leaf SET "{column}" = %s WHERE entry_id = %s', value, stored(victim.pk))
    expected = {
        "leaf_hash": ("leaf_altered", f"entry {victim.pk}"),
        "index": ("leaf_missing", "seal 1"),
        "seal_number": ("leaf_missing", "seal 1"),
    }
    assert names()[0] == expected[column]
    if value == 99 and column == "seal_number":
        assert ("leaf_without_seal", "seal 99") in names()


def test_leaf_of_another_entry() -> None:
    victim = entries()[2]
    tamper("UPDATE audit_leaf SET entry_id = %s WHERE entry_id = %s", in_database("parent", OTHER), stored(victim.pk))
    assert names()[0] == ("entry_missing", f"entry {OTHER}")
    assert ("entry_unknown", f"entry {victim.pk}") in names()


@pytest.mark.parametrize("column", ["length", "removed"])
def test_trail_altered(column: str) -> None:
    tamper(f"UPDATE audit_trail SET {column} = {column} + 1 WHERE resource_id = 'other'")
    assert "trail workflow other" in [subject for _rule, subject in names()]


def test_trail_deleted() -> None:
    tamper("DELETE FROM audit_trail WHERE resource_id = 'other'")
    assert names() == [("trail_missing", "trail workflow other")]


def test_entry_queued_again() -> None:
    victim = entries()[0]
    tamper("INSERT INTO audit_pending (entry_id) VALUES (%s)", stored(victim.pk))
    assert names() == [("sealed_entry_queued", f"entry {victim.pk}")]


def test_entry_unsealed__for_too_long() -> None:
    victim = entries()[-1]
    old = "2026-01-01 00:00:00.000001" + ("" if connection.vendor == "sqlite" else "+00:00")
    tamper("UPDATE audit_entry SET timestamp = %s WHERE operation_id = %s", old, stored(victim.pk))
    assert names() == [("entry_unsealed", f"entry {victim.pk}")]
