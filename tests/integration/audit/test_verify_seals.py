"""What is done to seals, keys, triggers and heads behind the application's back is found and named."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection, transaction

from audit import triggers, verification
from audit.models import Key, Seal
from audit.sealing import heads, keys, seal_entries
from audit.sealing.rotation import rotate
from tests.integration.audit.attacker import (
    cut,
    entries,
    execute,
    found,
    names,
    names_beside_triggers,
    stored,
    tamper,
    without_triggers,
)

Write = Callable[..., None]

FLIPPED = "ab" * 32


@pytest.fixture(autouse=True)
def trail(write: Write) -> None:
    """Four seals of two entries each."""
    for _ in range(4):
        write(2)
        seal_entries()
    assert found() == []


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("number", 99),
        ("sealed_at", "2020-01-01 00:00:00"),
        ("size", 3),
        ("total", 99),
        ("root", FLIPPED),
        ("root", "no hash"),
        ("previous", FLIPPED),
        ("key_id", "0123456789abcdef"),
        ("signature", FLIPPED * 2),
        ("signature", "no signature"),
    ],
)
def test_seal_altered(column: str, value: Any) -> None:
    tamper(f"UPDATE audit_seal SET {column} = %s WHERE number = 2", value)
    rules = names()
    if column == "number":
        assert rules[0] == ("seal_missing", "seal 2")
        assert ("leaf_without_seal", "seal 2") in rules
    else:
        assert rules[0][1] == "seal 2"
        assert ("seal_altered", "seal 2") in rules
        assert ("head_differs", "seal 2") in rules


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite keeps anything in any column")
@pytest.mark.parametrize("column", ["number", "sealed_at", "size", "total", "root", "previous", "key_id", "signature"])
@pytest.mark.parametrize("number", [2, 4])
def test_seal_altered__into_nonsense(column: str, number: int) -> None:
    with without_triggers():
        execute("PRAGMA ignore_check_constraints = ON")
        execute("CREATE TEMP TABLE victim AS SELECT rowid AS victim FROM audit_seal WHERE number = %s", number)
        for value in ("CAST(x'ff00fe' AS TEXT)", "x'7b7d'", "1e300", "-1", "''"):
            assert execute(f"UPDATE audit_seal SET {column} = {value} WHERE rowid = (SELECT victim FROM victim)") == 1
            assert names_beside_triggers(), value
        execute("DROP TABLE victim")
        execute("PRAGMA ignore_check_constraints = OFF")


def test_seal_deleted() -> None:
    tamper("DELETE FROM audit_seal WHERE number = 2")
    assert names()[0] == ("seal_missing", "seal 2")


def test_tail_cut__with_the_trails_mended() -> None:
    cut(2)
    tamper("UPDATE audit_trail SET length = 4")
    assert names() == [("tail_cut", "seal 3"), ("tail_cut", "seal 4")]


def test_tail_cut__with_the_trails_left() -> None:
    cut(1)
    assert names() == [("tail_cut", "seal 4"), ("trail_length_wrong", "trail workflow run")]


def test_tail_cut__with_heads_and_trails_mended_is_found_by_a_head_kept_elsewhere(write: Write) -> None:
    kept = heads.newest_head()
    assert kept
    cut(1)
    tamper("UPDATE audit_trail SET length = 6")
    lines = heads.heads_file().read_text().splitlines(keepends=True)
    heads.heads_file().write_text("".join(lines[:-1]))
    assert names() == []
    assert [violation.rule for violation in verification.verify([kept])] == ["tail_cut"]
    write(2)
    seal_entries()  # another seal 4
    assert names() == []
    assert [violation.rule for violation in verification.verify([kept])] == ["head_differs"]
    assert list(verification.verify([json.loads(lines[0]), json.loads(lines[1])])) == []


def test_all_cut() -> None:
    cut(4)
    tamper("UPDATE audit_trail SET length = 0")
    assert names()[0] == ("tail_cut", "seal 1")


def test_key_altered__in_each_column() -> None:
    for column, value in (
        ("public_key", FLIPPED),
        ("public_key", "no key"),
        ("first_seal", 3),
        ("introduced_at", "2020-01-01 00:00:00"),
        ("endorsement", FLIPPED * 2),
        ("endorsed_by", "0123456789abcdef"),
    ):
        before = Key.objects.values_list(column, flat=True).get()
        tamper(f"UPDATE audit_key SET {column} = %s", value)
        first = names()[0]
        assert (first[0], first[1].partition(" ")[0]) == ("key_altered", "key"), column
        if column == "introduced_at":
            before = before.strftime("%Y-%m-%d %H:%M:%S.%f") + ("" if connection.vendor == "sqlite" else "+00:00")
        tamper(f"UPDATE audit_key SET {column} = %s", before)
        assert names() == []


def test_key_replaced__by_the_attackers_own_with_everything_signed_anew() -> None:
    """Who has no head kept elsewhere sees it by the file of heads and by the file of the key."""
    theirs = keys.SigningKey(Ed25519PrivateKey.generate())
    with without_triggers():
        execute("DELETE FROM audit_key")
        old = list(Seal.objects.order_by("number"))
        execute("DELETE FROM audit_seal")
        keys.introduce(theirs, endorsed_by=theirs)
        previous = old[0].previous
        for seal in old:
            seal.key_id, seal.previous = theirs.key_id, previous
            seal.signature = theirs.sign(heads.signed_bytes(seal)).hex()
            seal.save(force_insert=True)
            previous = heads.digest_of(seal)
    assert names()[:2] == [("key_replaced", f"key {theirs.key_id}"), ("head_differs", "seal 1")]


def test_key_inserted() -> None:
    theirs = keys.SigningKey(Ed25519PrivateKey.generate())
    keys.introduce(theirs, endorsed_by=theirs)
    assert names() == [("key_not_endorsed", f"key {theirs.key_id}"), ("key_replaced", f"key {theirs.key_id}")]


def test_key_deleted() -> None:
    tamper("DELETE FROM audit_key")
    rules = names()
    assert rules[:2] == [("seal_key_wrong", "seal 1"), ("seal_altered", "seal 1")]


def test_key_file__with_another_key(tmp_path: Path) -> None:
    known = Key.objects.get().key_id
    keys.key_file().unlink()
    keys.write_key(Ed25519PrivateKey.generate(), keys.key_file())
    assert names() == [("key_replaced", f"key {known}")]
    keys.key_file().write_text("no key")
    assert names() == [("key_replaced", f"key {known}")]


def test_key_file__that_is_not_here_is_a_note() -> None:
    keys.key_file().unlink()
    report = verification.verify()
    assert list(report) == []
    assert [note.code for note in report.notes] == ["key_file_not_read"]


def replace_key(**options: bool) -> Key:
    with transaction.atomic():
        return rotate(**options)


def test_key_rotated__holds(write: Write) -> None:
    replace_key()
    write(2)
    seal_entries()
    replace_key()
    replace_key()
    write(2)
    seal_entries()
    assert names() == []
    assert Key.objects.count() == 4


def test_key_rotated_after_a_loss__has_to_be_trusted(write: Write) -> None:
    keys.key_file().unlink()
    key = replace_key(is_lost=True)
    write(2)
    seal_entries()
    assert names() == [("key_not_endorsed", f"key {key.key_id}")]
    assert list(verification.verify(trusted_keys=[key.key_id])) == []


@pytest.mark.parametrize("name", triggers._VENDORS[connection.vendor].TRIGGERS)  # type: ignore[attr-defined]  # each has
def test_trigger_dropped(name: str) -> None:
    table = f" ON {name.partition('_no_')[0].removesuffix('_queue')}" if connection.vendor == "postgresql" else ""
    execute(f"DROP TRIGGER {name}{table}")
    try:
        assert names() == [("trigger_changed", f"trigger {name}")]
    finally:
        triggers.install()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL can switch triggers off")
@pytest.mark.parametrize("how", ["DISABLE TRIGGER", "ENABLE TRIGGER", "ENABLE REPLICA TRIGGER"])
def test_trigger_switched_off(how: str) -> None:
    execute(f"ALTER TABLE audit_entry {how} audit_entry_no_update")
    try:
        assert names() == [("trigger_changed", "trigger audit_entry_no_update")]
    finally:
        execute("ALTER TABLE audit_entry ENABLE ALWAYS TRIGGER audit_entry_no_update")


@pytest.mark.parametrize(
    "name", ["number", "sealed_at", "size", "root", "previous", "key_id", "signature", "digest", "public_key"]
)
def test_heads_file_altered(name: str) -> None:
    path = heads.heads_file()
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    lines[1][name] = 3 if name == "number" else "altered"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    expected = (
        [("head_differs", "seal 3"), ("head_missing", "seal 2")] if name == "number" else [("head_differs", "seal 2")]
    )
    assert names() == expected


def test_heads_file__with_a_line_less() -> None:
    path = heads.heads_file()
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join([lines[0], *lines[2:]]))
    assert names() == [("head_missing", "seal 2")]
    path.write_text("".join([lines[0], "broken\n", *lines[2:]]))
    assert names() == [("head_missing", "seal 2")]


@pytest.mark.parametrize(
    "garbage",
    [
        *(b'{"number": 5, "di\n', b"\xff\xfe\n", b"[" * 900 + b"\n", b"null\n", b'{"number": "1"}\n'),
        *(b'{"number": 1%s, "digest": ""}\n' % (b"0" * 23), b'{"number": Infinity, "digest": ""}\n'),
    ],
)
def test_heads_file__with_a_line_that_a_crash_cut_short(garbage: bytes, write: Write) -> None:
    with heads.heads_file().open("ab") as file:
        file.write(garbage)
    write(1)
    seal_entries()
    report = verification.verify()
    assert list(report) == []
    assert [note.code for note in report.notes] == ["heads_unreadable"]


def test_heads_file__that_is_gone_is_a_note() -> None:
    heads.heads_file().unlink()
    report = verification.verify()
    assert list(report) == []
    assert [note.code for note in report.notes] == ["heads_file_missing"]


def test_heads_file__that_cannot_be_read_leaves_it_unknown() -> None:
    heads.heads_file().unlink()
    heads.heads_file().mkdir()
    with pytest.raises(verification.CannotCheckError):
        found()


def test_entry_from_long_ago__is_a_note(write: Write) -> None:
    write(1)
    old = "2026-01-01 00:00:00.000001" + ("" if connection.vendor == "sqlite" else "+00:00")
    victim = entries()[-1]
    tamper("UPDATE audit_entry SET timestamp = %s WHERE operation_id = %s", old, stored(victim.pk))
    seal_entries()
    report = verification.verify()
    assert list(report) == []
    assert [(note.code, note.facts) for note in report.notes] == [("backdated", {"count": 1, "first": str(victim.pk)})]
