"""Which permissions to remove entries count: by whom they are signed, and what is on record of them."""

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from audit import canonical
from audit.verification.pure.keyring import Keyring
from audit.verification.pure.removal import removable_through, violations
from audit.verification.pure.rows import KeyRow, RemovalRow, RetentionRow

OLD, NEW, FOREIGN = (Ed25519PrivateKey.generate() for _ in range(3))
TAKEN_OVER = 6
"""The first seal of the new key."""


def public(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def key_row(key: Ed25519PrivateKey, first_seal: Any) -> KeyRow:
    return KeyRow(canonical.key_id_of(public(key)), public(key).hex(), first_seal, "", "", "")


KEYRING = Keyring([key_row(OLD, 1), key_row(NEW, TAKEN_OVER)])


def permit(through: Any, sealed_in: Any, key: Ed25519PrivateKey = OLD, **entry: Any) -> RemovalRow:
    """A permission with the entry that belongs to it, some of whose fields are other ones."""
    fields = {"through": through, "operation_id": f"id-{through}", "key_id": canonical.key_id_of(public(key))}
    signature = key.sign(canonical.encode(canonical.REMOVAL, fields)).hex()
    record = {"operation_type": "audit_retain", "result": "success", "params": f'{{"through": {through}}}'} | entry
    return RemovalRow(**fields, signature=signature, entry=RetentionRow(**record, sealed_in=sealed_in))


def gone(row: RemovalRow) -> RemovalRow:
    return row._replace(entry=None)


ALTERED, UNRECORDED, WRONG_KEY = "removal_altered", "removal_unrecorded", "removal_key_wrong"


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        (permit(3, 4), None),
        (permit(3, None), None),
        (permit(5, TAKEN_OVER), None),
        (permit(9, 10, NEW), None),
        (permit(9, None, NEW), None),
        (permit(3, TAKEN_OVER + 1), WRONG_KEY),
        (permit(TAKEN_OVER, 4), WRONG_KEY),
        (permit(9, 10), WRONG_KEY),
        (permit(9, None), WRONG_KEY),
        (permit(3, "nonsense"), WRONG_KEY),
        (permit(3, 4, FOREIGN), ALTERED),
        (permit(3, 4)._replace(through=5), ALTERED),
        (permit(3, 4)._replace(signature="no signature"), ALTERED),
        (permit(3, 4, operation_type="pause"), UNRECORDED),
        (permit(3, 4, result="failure"), UNRECORDED),
        (permit(3, 4, params='{"through": 2}'), UNRECORDED),
        (permit(3, 4, params="{}"), UNRECORDED),
        (permit(3, 4, params="[3]"), UNRECORDED),
        (permit(3, 4, params="nonsense"), UNRECORDED),
        (permit(3, 4, params=None), UNRECORDED),
        (gone(permit(3, 4)), UNRECORDED),
        (permit("x", 4, params='{"through": "x"}'), WRONG_KEY),
    ],
)
def test_permission__counts_if_its_key_was_in_force_and_it_is_on_record(row: RemovalRow, rule: str | None) -> None:
    assert [violation.rule for violation in violations([row], KEYRING)] == ([rule] if rule else [])
    assert removable_through([row], KEYRING) == (0 if rule else row.through)


def test_permission__whose_entry_is_gone_takes_one_that_reaches_further() -> None:
    first, second, third = gone(permit(2, 3)), permit(4, 5), gone(permit(8, 9, NEW))
    assert list(violations([first, second], KEYRING)) == []
    assert removable_through([first, second], KEYRING) == 4
    assert [violation.subject for violation in violations([first, second, third], KEYRING)] == ["removal 8"]
    assert removable_through([first, second, third], KEYRING) == 4


def test_permission__that_does_not_count_covers_no_other() -> None:
    first, second = gone(permit(2, 3)), permit(4, 9)
    assert [violation.rule for violation in violations([first, second], KEYRING)] == [UNRECORDED, WRONG_KEY]
    assert removable_through([first, second], KEYRING) == 0


def test_permission__in_a_trail_without_keys_is_none() -> None:
    assert removable_through([permit(3, 4)], Keyring([])) == 0
