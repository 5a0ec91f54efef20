"""Entries that are gone by a permission that nobody could give are missing, whatever the triggers let go."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from audit import canonical, retention
from audit.actor import SYSTEM, Actor
from audit.models import Entry, Removal, Result, Seal, Surface
from audit.record import record
from audit.sealing import seal_entries
from audit.sealing.keys import SigningKey, key_file, read_key
from tests.integration.audit.attacker import names
from venom_portal.trail import retain, rotate_key
from workflows.operations.errors import Refused

Write = Callable[..., None]


@pytest.fixture
def old_key(write: Write) -> SigningKey:
    """A key that was replaced, with seals before and after."""
    write(3)
    seal_entries()
    key = read_key(key_file())
    rotate_key(SYSTEM)
    seal_entries()
    write(2)
    seal_entries()
    return key


def forge(key: SigningKey, through: int, entry: Entry) -> None:
    """Do as ``retention.permit``, with a key of one's own, and remove what that lets go."""
    row = Removal(through=through, operation_id=entry.pk, key_id=key.key_id)
    fields = {name: getattr(row, name) for name in canonical.REMOVAL_FIELDS}
    row.signature = key.sign(canonical.encode(canonical.REMOVAL, fields)).hex()
    row.save(force_insert=True)
    while retention.remove_batch():
        pass


def test_replaced_key__permits_nothing_by_a_refused_removal(old_key: SigningKey, people: dict[str, User]) -> None:
    with pytest.raises(Refused):
        retain(Actor(people["viewer"], Surface.CLI), timezone.now())
    seal_entries()
    assert names() == []
    forge(old_key, Seal.objects.count() - 1, Entry.objects.get(operation_type="audit_retain"))
    rules = [rule for rule, _subject in names()]
    assert rules[0] == "removal_unrecorded"
    assert "entry_missing" in rules or "leaf_missing" in rules


@pytest.mark.parametrize("through", [1, 3])
def test_replaced_key__permits_nothing_by_an_entry_that_was_written_for_it(old_key: SigningKey, through: int) -> None:
    with transaction.atomic():
        entry = record(
            SYSTEM, "audit_retain", "audit", "trail",
            result=Result.SUCCESS, reason_code="operation_completed", params={"through": through},
        )  # fmt: skip
    seal_entries()
    forge(old_key, through, entry)
    rules = names()
    assert rules[0] == ("removal_key_wrong", f"removal {through}")
    assert ("leaf_missing", "seal 1") in rules


def test_replaced_key__has_permitted_what_it_permitted(write: Write) -> None:
    write(3)
    seal_entries()
    retain(SYSTEM, timezone.now())
    rotate_key(SYSTEM)  # before anything else is sealed
    assert names() == []
    seal_entries()
    write(1)
    seal_entries()
    assert retention.remove_batch() == 3
    assert names() == []


def test_permission__is_below_the_next_seal_however_much_waits(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("audit.sealing.seal.MOST", 2)
    write(1)
    seal_entries()
    border = timezone.now()
    write(9)  # while no clock runs
    retain(SYSTEM, border)
    rotate_key(SYSTEM)
    seal_entries()
    assert retention.remove_batch() == 1
    assert names() == []


def test_permissions__may_remove_the_entries_of_those_before(write: Write) -> None:
    for _ in range(3):
        write(2)
        seal_entries()
        retain(SYSTEM, timezone.now())
        seal_entries()
        while retention.remove_batch():
            pass
    assert Removal.objects.count() == 3
    assert Entry.objects.filter(operation_type="audit_retain").count() == 1
    assert names() == []
