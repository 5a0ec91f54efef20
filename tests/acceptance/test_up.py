"""``manage.py up`` from the outside."""

import fcntl
import http.cookiejar
import json
import signal
import socket
import stat
import sys
import urllib.parse
import urllib.request
from pathlib import Path

import psutil
import pytest

from tests.acceptance.parts import eventually
from tests.acceptance.running import RunningPortal, free_port, manage


def _one_line(output: str) -> str:
    assert len(output.strip().splitlines()) == 1, output
    return output.strip()


def _has_ended(process: psutil.Process) -> bool:
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def test_up__every_part_is_ready(portal: RunningPortal) -> None:
    status, answer = portal.get("/readyz")

    assert status == 200
    assert answer["status"] == "ready"
    assert set(answer["parts"]) == {"web", "database", "broker", "clock"}


def test_up__demo_accounts_are_private_and_log_in(portal: RunningPortal) -> None:
    file = portal.data_dir / "demo-accounts.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600

    for name, password in portal.passwords().items():
        assert "sessionid" in _log_in(portal, name, password)
    assert "sessionid" not in _log_in(portal, "viewer", "wrong")


def _log_in(portal: RunningPortal, name: str, password: str) -> set[str]:
    cookies = http.cookiejar.CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(cookies))
    page = f"http://127.0.0.1:{portal.port}/admin/login/"
    opener.open(page)
    token = next(cookie.value for cookie in cookies if cookie.name == "csrftoken")
    form = {"username": name, "password": password, "csrfmiddlewaretoken": token, "next": "/admin/"}
    opener.open(page, urllib.parse.urlencode(form).encode())
    return {cookie.name for cookie in cookies}


def test_up__flows_are_registered_and_doctor_is_content(portal: RunningPortal) -> None:
    result = manage("doctor", "--json", VENOM_DATA_DIR=str(portal.data_dir))

    findings = {finding["name"]: finding for finding in json.loads(result.stdout)}
    assert [finding for finding in findings.values() if finding["status"] == "fail"] == []
    assert result.returncode == 0
    assert {"database", "broker", "clock", "workers", "flows", "migrations"} <= set(findings)


def test_up__refused_on_a_data_directory_in_use(portal: RunningPortal) -> None:
    result = manage("up", "--port", "1", "--data-dir", str(portal.data_dir))

    assert result.returncode == 1
    assert str(portal.process.pid) in _one_line(result.stderr)
    assert str(portal.port) in result.stderr


def test_up__a_killed_part_is_started_again(portal: RunningPortal) -> None:
    for words in ("valkey-server", "venom_portal.celery", "uvicorn"):
        killed = eventually(lambda words=words: portal.part(words))
        killed.kill()
        eventually(lambda words=words, pid=killed.pid: (again := portal.part(words)) and again.pid != pid)
    portal.wait_until_ready()


def test_up__a_token_of_the_shell_is_taken_by_the_api(portal: RunningPortal) -> None:
    environment = {"VENOM_DATA_DIR": str(portal.data_dir)}
    created = manage("token", "create", "operator", "--json", **environment)
    issued = json.loads(created.stdout)
    authorization = f"Token {issued['token']}"
    assert portal.get("/api/v1/definitions/", Authorization=authorization)[0] == 200

    manage("token", "revoke", issued["prefix"], **environment)
    assert portal.get("/api/v1/definitions/", Authorization=authorization)[0] == 401


def test_up__tells_address_accounts_and_logs(portal: RunningPortal) -> None:
    assert f"http://127.0.0.1:{portal.port}/" in portal.output
    assert all(f"{name:10} {password}" in portal.output for name, password in portal.passwords().items())
    assert str(portal.data_dir / "logs") in portal.output


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_up__stopped_leaves_no_process(number: int, tmp_path: Path) -> None:
    portal = RunningPortal(tmp_path / "data")
    portal.wait_until_ready()
    processes = portal.descendants()

    assert portal.stop(number) == 0, portal.output
    assert len(processes) >= 5
    assert [process for process in processes if not _has_ended(process)] == []


def test_up__killed_supervisor_leaves_no_process(tmp_path: Path) -> None:
    portal = RunningPortal(tmp_path / "data")
    portal.wait_until_ready()
    processes = portal.descendants()

    portal.part("supervisord").kill()

    assert portal.process.wait(timeout=30) == 1
    assert [process for process in processes if not _has_ended(process)] == []


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its parent has died")
def test_up__killed_with_its_supervisor_leaves_no_process(tmp_path: Path) -> None:
    portal = RunningPortal(tmp_path / "data")
    portal.wait_until_ready()
    processes = portal.descendants()
    supervisor = portal.part("supervisord")

    portal.process.kill()
    supervisor.kill()

    portal.process.wait()
    eventually(lambda: all(_has_ended(process) for process in processes), seconds=10)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its parent has died")
def test_up__killed_can_be_started_again_at_once(tmp_path: Path) -> None:
    portal = RunningPortal(tmp_path / "data")
    portal.wait_until_ready()
    processes = portal.descendants()
    supervisor = portal.part("supervisord")

    supervisor.suspend()  # so that it is seen to hold the data directory until it has cleaned up
    portal.process.kill()
    portal.process.wait()
    with (tmp_path / "data" / "up.lock").open() as lock, pytest.raises(BlockingIOError):
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    supervisor.resume()
    again = RunningPortal(tmp_path / "data", port=portal.port)

    try:
        again.wait_until_ready()
        assert [process for process in processes if not _has_ended(process)] == []
    finally:
        again.stop()


def test_up__refused_on_a_port_in_use(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        result = manage("up", "--port", str(port), "--data-dir", str(tmp_path))

    assert result.returncode == 1
    assert str(port) in _one_line(result.stderr)
    assert not (tmp_path / "portal.sqlite3").exists()


def test_up__refused_where_the_data_directory_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    result = manage("up", "--data-dir", str(tmp_path / "file" / "data"))

    assert result.returncode == 1
    assert "cannot be written" in _one_line(result.stderr)


@pytest.mark.parametrize(
    ("variable", "value"),
    [("DATABASE_URL", "oracle://x/y"), ("REDIS_URL", "localhost"), ("DEBUG", "maybe")],
)
def test_up__refused_on_a_bad_environment(variable: str, value: str, tmp_path: Path) -> None:
    result = manage("up", "--data-dir", str(tmp_path), **{variable: value})

    assert result.returncode == 1
    assert variable in _one_line(result.stderr)


@pytest.mark.parametrize("option", ["--port=0", "--port=70000", "--port=x", "--concurrency=0", "--data=x"])
def test_up__wrong_usage(option: str, tmp_path: Path) -> None:
    result = manage("up", option, VENOM_DATA_DIR=str(tmp_path))

    assert result.returncode == 2
    assert "Traceback" not in result.stderr


def test_up__refused_on_a_database_out_of_reach(tmp_path: Path) -> None:
    result = manage("up", "--data-dir", str(tmp_path), DATABASE_URL="postgres://me:secret@127.0.0.1:1/portal")

    assert result.returncode == 1
    assert "DATABASE_URL" in _one_line(result.stderr)
    assert "secret" not in result.stderr


def test_up__refused_on_a_broken_flow(tmp_path: Path) -> None:
    package = tmp_path / "apps" / "broken_flows"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "flows.py").write_text("raise RuntimeError('half written')\n")
    environment = {"VENOM_APPS": "broken_flows", "PYTHONPATH": str(package.parent)}

    result = manage("up", "--data-dir", str(tmp_path / "data"), **environment)

    assert result.returncode == 1
    assert "half written" in result.stderr
    assert "Traceback" not in result.stderr


def test_up__a_part_that_ends_at_once_is_named(tmp_path: Path) -> None:
    (tmp_path / "broker.sock").mkdir()

    result = manage("up", "--port", str(free_port()), "--data-dir", str(tmp_path))

    assert result.returncode == 1
    assert "broker.log" in _one_line(result.stderr)
