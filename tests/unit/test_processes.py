"""The pieces that ``up`` is made of: lock, address, supervisor configuration, tether."""

import fcntl
import json
import os
import shlex
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from supervisor.options import ServerOptions

from tests.acceptance.parts import ROOT
from venom_portal.processes import PortalError, lock
from venom_portal.processes.address import Address
from venom_portal.processes.conf import TETHER, Part, embedded_broker, portal_parts, write_conf
from venom_portal.processes.lock import data_dir_lock

_ADDRESS = Address("127.0.0.1", 8000)


def test_lock__one_holder_at_a_time(tmp_path: Path) -> None:
    refusal = pytest.raises(PortalError, match=rf"process {os.getpid()}, {_ADDRESS.url}")
    with data_dir_lock(tmp_path, _ADDRESS.url), refusal, data_dir_lock(tmp_path, _ADDRESS.url):
        pass
    with data_dir_lock(tmp_path, _ADDRESS.url):
        pass


def test_lock__other_data_directory_is_free(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()

    with data_dir_lock(tmp_path, _ADDRESS.url), data_dir_lock(tmp_path / "other", _ADDRESS.url):
        pass


def _leave_behind(data_dir: Path, seconds: int) -> subprocess.Popen[bytes]:
    """Give a process that holds the lock for so long, as the heir of a portal that was killed."""
    dead = subprocess.Popen(["true"])
    dead.wait()
    with (data_dir / "up.lock").open("w") as file:
        file.write(json.dumps({"pid": dead.pid, "address": "?"}))
        fcntl.flock(file, fcntl.LOCK_EX)
        return subprocess.Popen(["sleep", str(seconds)], pass_fds=[file.fileno()])


def test_lock__waits_for_what_a_killed_holder_left(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    heir = _leave_behind(tmp_path, 1)

    with data_dir_lock(tmp_path, _ADDRESS.url):
        assert heir.wait(timeout=10) == 0
    assert [record.message.partition(";")[0] for record in caplog.records] == ["A killed portal's processes are ending"]


def test_lock__refusal_names_what_did_not_end_and_no_dead_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "_LEFTOVERS_END_WITHIN", 0.2)
    heir = _leave_behind(tmp_path, 60)

    with pytest.raises(PortalError, match="that a killed portal left"), data_dir_lock(tmp_path, _ADDRESS.url):
        pass
    heir.kill()
    heir.wait()


def test_lock__waits_as_long_as_a_supervisor_takes_to_stop_all_parts(tmp_path: Path) -> None:
    parts = portal_parts(_ADDRESS, None)
    longest = max(part.stop_seconds for part in parts) + embedded_broker(tmp_path).stop_seconds

    assert longest < lock._LEFTOVERS_END_WITHIN


def test_address__refused_where_something_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other, pytest.raises(PortalError, match="--port"):
        Address("127.0.0.1", other.getsockname()[1]).refuse_if_taken()


@pytest.mark.parametrize("host", ["192.0.2.1", "no.such.host.invalid", ".."])
def test_address__refused_where_the_host_is_not_this_machine(host: str) -> None:
    with pytest.raises(PortalError, match="--host"):
        Address(host, 8000).refuse_if_taken()


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000/"),
        ("0.0.0.0", "http://127.0.0.1:8000/"),  # noqa: S104 (only written out, not bound)
        ("::1", "http://[::1]:8000/"),
        ("portal.example", "http://portal.example:8000/"),
    ],
)
def test_address__url(host: str, url: str) -> None:
    assert Address(host, 8000).url == url


def test_address__does_not_answer_where_something_else_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        assert Address("127.0.0.1", other.getsockname()[1]).answers() is False


def _read_by_supervisord(conf: Path) -> ServerOptions:
    options = ServerOptions()
    options.realize(["-c", str(conf)])
    return options


@pytest.mark.parametrize("folder", ["data", "with space", "a #hash", "a ;semicolon", "quote'd", 'double"d', "ü"])
def test_conf__supervisord_reads_what_was_meant(folder: str, tmp_path: Path) -> None:
    data_dir = tmp_path / folder
    data_dir.mkdir()
    parts = [*portal_parts(_ADDRESS, concurrency=3), Part("odd", ["echo", f"{data_dir}", "100%", "a #b ;c"])]

    options = _read_by_supervisord(write_conf(data_dir, parts, embedded_broker(data_dir)))

    programs = {program.name: program for group in options.process_group_configs for program in group.process_configs}
    assert set(programs) == {"web", "worker", "clock", "broker", "odd"}
    for part in [*parts, embedded_broker(data_dir)]:
        assert shlex.split(programs[part.name].command) == [*TETHER, *part.command]
        assert programs[part.name].stdout_logfile == str(data_dir / "logs" / f"{part.name}.log")
    assert options.logfile == str(data_dir / "logs" / "supervisord.log")


def test_conf__worker_may_take_the_grace_time_of_its_steps(tmp_path: Path) -> None:
    options = _read_by_supervisord(write_conf(tmp_path, portal_parts(_ADDRESS, None), None))

    waits = {
        program.name: program.stopwaitsecs
        for group in options.process_group_configs
        for program in group.process_configs
    }
    assert waits["worker"] > settings.VENOM_STOP_GRACE_SECONDS
    assert waits["web"] < settings.VENOM_STOP_GRACE_SECONDS


def test_conf__broker_stops_last(tmp_path: Path) -> None:
    options = _read_by_supervisord(write_conf(tmp_path, portal_parts(_ADDRESS, None), embedded_broker(tmp_path)))

    # supervisord stops the group with the highest priority first
    assert [group.name for group in sorted(options.process_group_configs)] == ["messaging", "portal"]


def test_conf__own_broker_left_out(tmp_path: Path) -> None:
    assert "valkey" not in write_conf(tmp_path, portal_parts(_ADDRESS, None), None).read_text()


def test_conf__refused_on_a_path_that_supervisord_cannot_read(tmp_path: Path) -> None:
    (tmp_path / "100%").mkdir()

    with pytest.raises(PortalError, match="--data-dir"):
        write_conf(tmp_path / "100%", portal_parts(_ADDRESS, None), None)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its parent has died")
def test_tether__ends_with_its_parent() -> None:
    child = [*TETHER, sys.executable, "-c", "import time; print('ready', flush=True); time.sleep(60)"]
    parent = subprocess.Popen(
        [sys.executable, "-c", "import subprocess, sys; subprocess.run(sys.argv[1:])", *child],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout.readline() == "ready\n"

    parent.kill()

    parent.communicate(timeout=10)  # returns when the last process that could print has ended
