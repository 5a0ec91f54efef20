"""The bytes that are hashed and signed: one form, whatever the order and the zone."""

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

from audit import canonical
from audit.models import Entry
from audit.sealing.merkle import root_of


def test_encode__is_one_form() -> None:
    east = datetime(2026, 11, 23, 12, 0, 0, 5, timezone(timedelta(hours=2)))
    fields = {"b": UUID(int=1), "a": east, "c": None, "d": 7, "e": "zażółć"}
    written = canonical.encode(canonical.ENTRY, fields)
    assert written == canonical.encode(canonical.ENTRY, dict(reversed(fields.items())))
    assert written == canonical.encode(canonical.ENTRY, {**fields, "a": east.astimezone(UTC)})
    assert written.decode() == (
        "venom-audit-entry/v1\n"
        '{"a":"2026-11-23T10:00:00.000005Z","b":"00000000-0000-0000-0000-000000000001","c":null,"d":7,"e":"zażółć"}'
    )


def test_entry__is_hashed_with_every_column() -> None:
    columns = {field.column for field in Entry._meta.concrete_fields}
    assert set(canonical.ENTRY_FIELDS) == columns


def test_kinds__cannot_pass_for_each_other() -> None:
    kinds = [canonical.ENTRY, canonical.SEAL, canonical.KEY, canonical.REMOVAL]
    assert len({canonical.encode(kind, {"a": 1}) for kind in kinds}) == 4


def test_root__of_known_trees() -> None:
    """The answers that the reference implementation of RFC 6962 gives for its test leaves."""
    data = [b"", b"\x00", b"\x10", b"\x20\x21", b"\x30\x31", b"\x40\x41\x42\x43"]
    leaves = [canonical.leaf_hash(item) for item in data]
    assert root_of([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert root_of(leaves[:1]).hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert root_of(leaves[:2]).hex() == "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"
    assert root_of(leaves[:3]).hex() == "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"
