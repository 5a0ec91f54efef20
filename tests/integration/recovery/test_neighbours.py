"""Processes of one machine look after each other."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.driver import Driver
from workflows.models import Attempt, Session
from workflows.models.session import SessionKind
from workflows.states import AttemptState
from workflows.worker.neighbours import end_dead_neighbours, recover_from_dead_neighbours
from workflows.worker.place import birth, here, is_dead
from workflows.worker.session import abandon_own_session, open_session, own_session

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells who lives")


@pytest.fixture
def other_process() -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    yield process
    process.kill()
    process.wait()


def test_birth__names_one_life(other_process: subprocess.Popen[bytes]) -> None:
    born = birth(other_process.pid)
    assert born
    assert birth(other_process.pid) == born
    other_process.send_signal(signal.SIGSTOP)
    assert birth(other_process.pid) == born, "one that is suspended lives"
    other_process.kill()
    os.waitid(os.P_PID, other_process.pid, os.WEXITED | os.WNOWAIT)
    assert birth(other_process.pid) is None, "one that nobody has waited for is dead"
    other_process.wait()
    assert birth(other_process.pid) is None


@pytest.mark.parametrize("error", [PermissionError, FileNotFoundError])
def test_process_that_cannot_be_seen__is_not_called_dead(
    other_process: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch, error: type[OSError]
) -> None:
    born = birth(other_process.pid)

    def hide(_path: Path) -> bytes:
        raise error

    with monkeypatch.context() as hidden:
        hidden.setattr(Path, "read_bytes", hide)
        assert birth(other_process.pid) is None
        assert not is_dead(other_process.pid, born)
    assert not is_dead(other_process.pid, None), "when it began was not to be seen"
    assert is_dead(other_process.pid, 1), "an earlier life"
    other_process.kill()
    os.waitid(os.P_PID, other_process.pid, os.WEXITED | os.WNOWAIT)
    assert is_dead(other_process.pid, born), "nobody has waited for it"
    other_process.wait()
    assert is_dead(other_process.pid, born)


def test_process_of_somebody_else__is_not_called_dead(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_pid: int, _signal: int) -> None:
        raise PermissionError

    monkeypatch.setattr("workflows.worker.place.os", SimpleNamespace(kill=refuse))
    assert not is_dead(os.getpid(), birth(os.getpid()))


def stands_for(process: subprocess.Popen[bytes], **changes: object) -> object:
    """Write a session as that process would have, and give its id."""
    session_id = open_session(SessionKind.WORKER)
    facts = {"pid": process.pid, "born": birth(process.pid), **changes}
    Session.objects.filter(pk=session_id).update(**facts)
    return session_id


def is_on_record(session_id: object) -> bool:
    return Session.objects.filter(pk=session_id, ended_at__isnull=True).exists()


@pytest.mark.django_db
def test_dead_process__is_ended_at_once_and_living_ones_are_left_alone(
    other_process: subprocess.Popen[bytes],
) -> None:
    lives, own = stands_for(other_process), open_session(SessionKind.CLOCK)
    earlier_life = stands_for(other_process, born=1)
    elsewhere = stands_for(other_process, place="another machine", born=1)
    untold = stands_for(other_process, place="", born=None)
    assert end_dead_neighbours() == 1
    assert [is_on_record(pk) for pk in (lives, own, elsewhere, untold)] == [True] * 4
    assert not is_on_record(earlier_life)
    other_process.kill()
    other_process.wait()
    assert end_dead_neighbours() == 1
    assert not is_on_record(lives)
    assert here() == Session.objects.get(pk=own).place


def test_what_a_dead_process_held__is_taken_over_at_once(
    driver: Driver, other_process: subprocess.Popen[bytes]
) -> None:
    run = driver.start("chain-of-ten")
    claim = driver.claim(run)
    assert claim
    Session.objects.filter(pk=own_session()).update(pid=other_process.pid, born=birth(other_process.pid))
    abandon_own_session()
    recover_from_dead_neighbours()
    assert Attempt.objects.get(pk=claim.attempt_id).status == AttemptState.RUNNING
    other_process.kill()
    other_process.wait()
    recover_from_dead_neighbours()
    assert Attempt.objects.get(pk=claim.attempt_id).status == AttemptState.LOST
    assert driver.due(run).exists()
