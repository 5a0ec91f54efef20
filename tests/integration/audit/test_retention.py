"""Retention and the change of the key: on record, whole segments only, resumed after an interruption."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from audit import record as recording
from audit import retention
from audit.actor import Actor
from audit.models import Entry, Key, Leaf, Removal, Seal, Surface, Trail
from audit.sealing import seal as sealing
from audit.sealing import seal_entries
from audit.sealing.keys import current_key, key_file, next_key_file, read_key
from venom_portal.trail import retain, rotate_key
from workflows.operations.errors import Refused

Write = Callable[..., None]


@pytest.fixture
def admin(people: dict[str, User]) -> Actor:
    return Actor(people["admin"], Surface.CLI)


def sealed(write: Write, *numbers: int) -> None:
    for number in numbers:
        write(number)
        seal_entries()


def test_retain__removes_whole_sealed_segments_and_keeps_their_seals(admin: Actor, write: Write) -> None:
    sealed(write, 3, 2)
    border = timezone.now()
    sealed(write, 4)
    assert retain(admin, border, "two years are over") == 5
    while retention.remove_batch(2):
        pass
    assert Entry.objects.filter(resource_id="run").count() == 4
    assert list(Leaf.objects.values_list("seal_number", flat=True).distinct()) == [3]
    assert Seal.objects.count() == 3
    trail = Trail.objects.get(resource_id="run")
    assert (trail.length, trail.removed) == (9, 5)
    entry = Entry.objects.get(operation_type="audit_retain")
    assert (entry.params["through"], entry.params["entries"], entry.reason) == (2, 5, "two years are over")
    assert Removal.objects.get().operation_id == entry.pk


def test_retain__is_refused_and_on_record(admin: Actor, people: dict[str, User], write: Write) -> None:
    sealed(write, 1)
    cases = {
        "permission_denied": (Actor(people["operator"], Surface.CLI), timezone.now()),
        "invalid_configuration": (admin, timezone.now() + timedelta(days=1)),
        "invalid_state": (admin, timezone.now() - timedelta(days=1)),
    }
    for code, (actor, before) in cases.items():
        with pytest.raises(Refused) as refused:
            retain(actor, before)
        assert refused.value.code == code
        assert Entry.objects.get(operation_type="audit_retain", reason_code=code).result == "failure"
    assert not Removal.objects.exists()


def sealed_at(monkeypatch: pytest.MonkeyPatch, write: Write, year: int) -> None:
    """Write an entry and seal it on a host whose clock is set to another year."""
    clock = SimpleNamespace(now=lambda: datetime(year, 1, 1, tzinfo=UTC))
    with monkeypatch.context() as patch:
        patch.setattr(sealing, "timezone", clock)
        sealed(write, 1)


@pytest.fixture
def old_entries(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Entries are of 2018 until this is undone."""
    with monkeypatch.context() as patch:
        patch.setattr(recording, "timezone", SimpleNamespace(now=lambda: datetime(2018, 1, 1, tzinfo=UTC)))
        yield patch


BORDER = datetime(2020, 1, 1, tzinfo=UTC)


def test_retain__goes_no_further_than_the_first_young_seal_wherever_the_clock_was(
    admin: Actor, write: Write, monkeypatch: pytest.MonkeyPatch, old_entries: pytest.MonkeyPatch
) -> None:
    sealed(write, 3)
    sealed_at(monkeypatch, write, 2019)
    sealed(write, 1)
    with pytest.raises(Refused, match="nothing is removed"):
        retain(admin, BORDER)
    assert not Removal.objects.exists()


def test_retain__goes_no_further_than_the_first_young_entry_whenever_it_was_sealed(
    admin: Actor, write: Write, monkeypatch: pytest.MonkeyPatch, old_entries: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        sealed_at(monkeypatch, write, 2019)
    old_entries.undo()
    for _ in range(2):
        sealed_at(monkeypatch, write, 2019)
    assert retain(admin, BORDER) == 2
    while retention.remove_batch(1):
        pass
    assert Leaf.objects.order_by("seal_number").values_list("seal_number", flat=True)[0] == 3


def test_retain__by_two_at_once_lets_one_go_first(admin: Actor, write: Write) -> None:
    sealed(write, 2)
    before, ready, codes = timezone.now(), threading.Barrier(2), list[str]()

    def work() -> None:
        try:
            ready.wait(10)
            retain(admin, before)
        except Refused as refused:
            codes.append(refused.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes == ["invalid_state"]
    results = Entry.objects.filter(operation_type="audit_retain").values_list("result", flat=True)
    assert sorted(results) == ["failure", "success"]
    assert Removal.objects.count() == 1


def test_entries__without_a_permission_cannot_be_removed(write: Write) -> None:
    sealed(write, 2)
    for statement in ("DELETE FROM audit_entry", "DELETE FROM audit_leaf", "DELETE FROM audit_seal"):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert (Entry.objects.count(), Leaf.objects.count(), Seal.objects.count()) == (2, 2, 1)


def test_retain__by_command(admin: Actor, write: Write) -> None:
    sealed(write, 3)
    before = timezone.now().isoformat()
    call_command("audit", "retain", "--before", before, "--as", "admin", "--json")
    assert Entry.objects.filter(resource_id="run").count() == 0
    with pytest.raises(CommandError, match="ISO 8601"):
        call_command("audit", "retain", "--before", "yesterday", "--as", "admin")
    with pytest.raises(CommandError, match="permission_denied"):
        call_command("audit", "retain", "--before", before, "--as", "operator")


def test_rotate_key__lets_the_old_key_vouch_for_the_new_one(admin: Actor, write: Write) -> None:
    sealed(write, 1)
    first = Key.objects.get()
    second = rotate_key(admin, reason="yearly")
    assert (second.endorsed_by, second.first_seal) == (first.key_id, 2)
    assert current_key().key_id == second.key_id
    assert not next_key_file().exists()
    sealed(write, 1)
    assert list(Seal.objects.order_by("number").values_list("key_id", flat=True)) == [first.key_id, second.key_id]
    assert Entry.objects.get(operation_type="audit_rotate_key").params["key_id"] == second.key_id


def test_rotate_key__is_finished_by_the_next_one_after_a_crash(admin: Actor, write: Write) -> None:
    sealed(write, 1)
    old = key_file().read_bytes()
    second = rotate_key(admin)
    key_file().rename(next_key_file())  # as if the process had died between the commit and the change of files
    key_file().write_bytes(old)
    sealed(write, 1)
    assert Seal.objects.get(number=2).key_id == second.key_id
    assert read_key(key_file()).key_id == second.key_id


def test_rotate_key__after_a_loss_vouches_for_itself(admin: Actor, write: Write) -> None:
    sealed(write, 1)
    key_file().unlink()
    with pytest.raises(Refused, match="cannot be read"):
        rotate_key(admin)
    key = rotate_key(admin, is_lost=True)
    assert key.endorsed_by == key.key_id
    sealed(write, 1)
    assert Seal.objects.count() == 2


def test_rotate_key__takes_its_own_permission_and_something_sealed(admin: Actor, people: dict[str, User]) -> None:
    with pytest.raises(Refused, match="Nothing is sealed"):
        rotate_key(admin)
    with pytest.raises(Refused, match="permission"):
        rotate_key(Actor(people["operator"], Surface.CLI))
