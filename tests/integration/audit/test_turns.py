"""Changing the key and permitting removals beside what others do: who comes second waits, and then sees it."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import pytest
from django.db import connection, transaction
from django.utils import timezone

from audit import retention
from audit.actor import SYSTEM
from audit.models import Entry, Key, Seal
from audit.sealing import KeyProblem, seal_entries
from audit.sealing import seal as sealing
from audit.sealing.keys import (
    current_key,
    key_file,
    next_key_file,
    read_key,
    take_over_next_key,
)
from audit.sealing.rotation import rotate
from tests.integration.audit.attacker import execute_row, names
from venom_portal.trail import retain
from workflows.operations.errors import Refused

Write = Callable[..., None]

LONGEST = 20.0
only_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite lets one transaction write at a time"
)


@pytest.fixture(autouse=True)
def trail(write: Write) -> None:
    write(1)
    seal_entries()


def rotated() -> Key:
    with transaction.atomic():
        return rotate()


@contextmanager
def beside(do: Callable[[], object]) -> Iterator[threading.Thread]:
    """Do something in another thread, and have it done at the end."""
    failures: list[BaseException] = []

    def work() -> None:
        try:
            do()
        except BaseException as error:  # noqa: BLE001 (shown below)
            failures.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield thread
    finally:
        thread.join(LONGEST)
    assert failures == []


def wait_for(check: Callable[[], bool]) -> None:
    last = time.monotonic() + LONGEST
    while not check():
        assert time.monotonic() < last
        time.sleep(0.01)


def somebody_waits() -> bool:
    return bool(execute_row("SELECT count(*) FROM pg_locks WHERE NOT granted")[0])


@only_postgresql
def test_rotation__that_waited_for_a_seal_lets_no_other_come_in_between(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed, go_seal, replaced, go_replace = (threading.Event() for _ in range(4))

    def hold(_name: str) -> None:
        sealed.set()
        go_seal.wait(LONGEST)

    def replace() -> None:
        with transaction.atomic():
            rotate()
            replaced.set()
            go_replace.wait(LONGEST)

    write(1)
    with monkeypatch.context() as patch:
        patch.setattr(sealing, "crash_point", hold)
        with beside(seal_entries):
            assert sealed.wait(LONGEST)
            rotation = beside(replace)
            rotation.__enter__()
            wait_for(somebody_waits)
            go_seal.set()
    assert replaced.wait(LONGEST)
    write(1)
    with beside(seal_entries) as third:
        wait_for(lambda: somebody_waits() or not third.is_alive())
        go_replace.set()
    rotation.__exit__(None, None, None)
    seal_entries()
    assert list(Key.objects.values_list("first_seal", flat=True)) == [1, 3]
    assert Seal.objects.count() == 3
    assert names() == []


@only_postgresql
def test_permission__beside_another_waits_and_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    permitted, go_on, before = threading.Event(), threading.Event(), timezone.now()

    def hold() -> int:
        permitted.set()
        go_on.wait(LONGEST)
        return 0

    def ask_too() -> None:
        with pytest.raises(Refused, match="nothing is removed"):
            retain(SYSTEM, before)

    monkeypatch.setattr(retention, "left_to_remove", hold)
    with beside(partial(retain, SYSTEM, before)):
        assert permitted.wait(LONGEST)
        with beside(ask_too):
            wait_for(somebody_waits)
            go_on.set()
    results = Entry.objects.filter(operation_type="audit_retain").values_list("result", flat=True)
    assert sorted(results) == ["failure", "success"]


def test_new_key__that_another_process_took_over_is_no_trouble() -> None:
    with transaction.atomic():
        key = rotate()
        transaction.on_commit(partial(take_over_next_key, key.key_id))  # as the clock may, right after the commit
    assert read_key(key_file()).key_id == key.key_id
    assert not next_key_file().exists()


def test_new_key__that_is_nowhere_is_missed() -> None:
    key = rotated()
    key_file().unlink()
    with pytest.raises(KeyProblem, match="put it back"):
        take_over_next_key(key.key_id)


def test_key_in_force__does_not_give_way_to_one_that_is_not() -> None:
    first = rotated()
    with transaction.atomic():
        rotate()
        take_over_next_key(first.key_id)  # late, while another change of the key is under way
        transaction.set_rollback(True)
    assert current_key().key_id == first.key_id


def test_copies_of_keys__that_a_crash_left_go_when_keys_are_used() -> None:
    left = key_file().with_name(f".{key_file().name}-0123456789abcdef")
    left.write_bytes(key_file().read_bytes())
    current_key()
    assert not left.exists()
    left = next_key_file().with_name(f".{next_key_file().name}-0123456789abcdef")
    left.write_bytes(key_file().read_bytes())
    rotated()
    assert not left.exists()
