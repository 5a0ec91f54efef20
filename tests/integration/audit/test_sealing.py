"""Seals: what has none gets one, the chain holds, and heads follow outside the database."""

import json
import threading
from collections.abc import Callable
from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit import canonical
from audit.models import Entry, Key, Leaf, Pending, Seal
from audit.sealing import KeyProblem, heads, keys, queue_forgotten, seal_entries
from audit.sealing import seal as sealing
from audit.triggers import drop, install

Write = Callable[..., None]


def test_seal__covers_all_that_has_none_and_nothing_twice(write: Write) -> None:
    write(3)
    assert seal_entries() == 3
    assert seal_entries() == 0
    write(2, "other")
    assert seal_entries() == 2
    first, second = Seal.objects.order_by("number")
    assert (first.number, first.size, first.total, first.previous) == (1, 3, 3, canonical.NO_SEAL)
    assert (second.number, second.size, second.total) == (2, 2, 5)
    assert second.previous == heads.digest_of(first)
    assert Leaf.objects.count() == Entry.objects.count() == 5
    assert not Pending.objects.exists()
    assert Key.objects.get().first_seal == 1


def test_seal__is_made_of_at_most_so_many_entries(monkeypatch: pytest.MonkeyPatch, write: Write) -> None:
    monkeypatch.setattr(sealing, "MOST", 4)
    write(9)
    assert seal_entries() == 9
    assert list(Seal.objects.order_by("number").values_list("size", flat=True)) == [4, 4, 1]


def test_heads__follow_each_seal_and_make_good_what_a_crash_left_out(write: Write) -> None:
    write(1)
    seal_entries()
    path = heads.heads_file()
    whole = path.read_text()
    path.write_text(whole + '{"number": 2, "root"')  # a line that a crash cut short
    write(1)
    seal_entries()
    numbers = [json.loads(line)["number"] for line in path.read_text().splitlines() if line.endswith("}")]
    assert numbers == [1, 2]
    path.unlink()
    write(1)
    seal_entries()
    assert [json.loads(line)["number"] for line in path.read_text().splitlines()] == [1, 2, 3]


def test_seal__by_many_at_once_forks_nothing(write: Write) -> None:
    write(40)

    def work() -> None:
        try:
            for _ in range(5):
                write(1, "beside")
                seal_entries()
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seal_entries()
    seals = list(Seal.objects.order_by("number"))
    assert [seal.number for seal in seals] == list(range(1, len(seals) + 1))
    for before, after in pairwise(seals):
        assert after.previous == heads.digest_of(before)
        assert after.total == before.total + after.size
    assert seals[-1].total == Leaf.objects.count() == Entry.objects.count() == 70


def test_seal__refuses_another_key_than_the_trails(write: Write) -> None:
    write(1)
    seal_entries()
    keys.key_file().unlink()
    write(1)
    with pytest.raises(KeyProblem, match="put it back"):
        seal_entries()
    keys.write_key(keys.Ed25519PrivateKey.generate(), keys.key_file())
    with pytest.raises(KeyProblem, match="put the right file back"):
        seal_entries()
    assert Seal.objects.count() == 1


def test_key_file__is_for_its_owner_only(write: Write) -> None:
    write(1)
    seal_entries()
    assert keys.key_file().stat().st_mode & 0o777 == 0o600


def test_forgotten_entries__are_queued_again(write: Write) -> None:
    drop()
    write(2)
    assert seal_entries() == 0, "no trigger queued them"
    install()
    assert queue_forgotten() == 2
    assert seal_entries() == 2
    assert queue_forgotten() == 0


def test_queue__with_an_entry_that_has_its_seal_already_holds_nothing_up(write: Write) -> None:
    write(1)
    seal_entries()
    Pending.objects.create(entry_id=Leaf.objects.get().entry_id)
    write(2)
    seal_entries()
    assert seal_entries() in (0, 2)
    assert not Pending.objects.exists()
    assert Leaf.objects.count() == 3


def test_heads__are_written_whatever_else_stands_in_the_file(write: Write) -> None:
    write(1)
    seal_entries()
    for rubbish in ('{"number": 1000000000}', "[" * 100_000, '{"number": "x"}', '{"number": Infinity}'):
        with heads.heads_file().open("a") as file:
            file.write(rubbish[:8000] + "\n")
    write(1)
    seal_entries()
    assert json.loads(heads.heads_file().read_text().splitlines()[-1])["number"] == 2


def test_heads__of_a_file_that_was_lost_are_written_some_at_a_time(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        write(1)
        seal_entries()
    whole = heads.heads_file().read_text()
    heads.heads_file().unlink()
    monkeypatch.setattr(heads, "AT_ONCE", 2)
    with CaptureQueriesContext(connection) as queries:
        assert heads.write_missing() == 5
    assert heads.heads_file().read_text() == whole
    assert len([query for query in queries.captured_queries if "audit_key" in query["sql"]]) == 3
