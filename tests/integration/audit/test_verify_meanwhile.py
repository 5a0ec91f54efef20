"""What others do while the trail is checked raises no false alarm."""

import threading
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.utils import timezone

from audit import record as recording
from audit import verification
from audit.actor import SYSTEM
from audit.models import Entry, Seal
from audit.retention import remove_batch
from audit.sealing import seal_entries
from venom_portal import trail

Write = Callable[..., None]


def test_verify__while_others_write_and_seal(write: Write) -> None:
    write(20)
    stop = threading.Event()
    failures: list[BaseException] = []

    def work(number: int) -> None:
        try:
            while not stop.is_set():
                write(1, f"run {number % 2}")
                if number % 2:
                    seal_entries()
        except BaseException as error:  # noqa: BLE001 (shown below)
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    try:
        while not failures and Seal.objects.count() < 8:
            assert list(verification.verify()) == []
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert failures == []
    seal_entries()
    report = verification.verify()
    assert list(report) == []
    assert report.entries == Entry.objects.count() > 20
    assert report.seals == Seal.objects.count() > 3


def test_verify__while_old_entries_are_removed(write: Write) -> None:
    for _ in range(4):
        write(3)
        write(2, "other")
        seal_entries()
    trail.retain(SYSTEM, timezone.now())
    while True:
        report = verification.verify()
        assert list(report) == []
        if not remove_batch(2):  # which ends in the midst of a segment
            break
    assert Entry.objects.filter(resource_type="workflow").count() == 0
    assert report.seals == 4
    seal_entries()
    write(2)
    seal_entries()
    assert list(verification.verify(lag=timedelta(0))) == []


def written_behind(write: Write, monkeypatch: pytest.MonkeyPatch) -> str:
    """Write an entry on a host whose clock is behind, and give what names it."""
    behind = SimpleNamespace(now=lambda: timezone.now() - timedelta(seconds=90))
    with monkeypatch.context() as patch:
        patch.setattr(recording, "timezone", behind)
        write(1)
    return f"entry {Entry.objects.latest('seq').pk}"


def test_verify__of_an_entry_from_a_host_that_is_behind_looks_again(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    written_behind(write, monkeypatch)
    waited: list[float] = []

    def wait(seconds: float) -> None:
        waited.append(seconds)
        seal_entries()
        written_behind(write, monkeypatch)  # which has not waited

    assert list(verification.verify(wait=wait)) == []
    assert waited == [10.0]


def test_verify__of_an_entry_that_is_still_there_names_it(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    subject = written_behind(write, monkeypatch)
    found = list(verification.verify(wait=lambda _seconds: None))
    assert [(violation.rule, violation.subject) for violation in found] == [("entry_unsealed", subject)]


def test_verify__of_young_entries_does_not_wait(write: Write) -> None:
    write(1)
    waited: list[float] = []
    assert list(verification.verify(wait=waited.append)) == []
    assert waited == []
