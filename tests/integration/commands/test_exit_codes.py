"""``manage.py workflow`` as the shell sees it: its own process, its exit code, what goes to which output."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parents[3]
_PREPARE = """
from django.contrib.auth.models import User
from django.core.management import call_command
from workflows import registry
call_command("migrate", verbosity=0)
registry.sync()
User.objects.create_superuser("boss")
"""


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A portal with one user."""
    path = tmp_path_factory.mktemp("portal")
    prepared = _manage(path, "shell", "--no-imports", "-c", _PREPARE)
    assert prepared.returncode == 0, prepared.stderr
    return path


def _manage(data_dir: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "VENOM_DATA_DIR")}
    environment = kept | {"VENOM_APPS": "tests.sample_flows", "DJANGO_SETTINGS_MODULE": "venom_portal.settings"}
    given = environment | ({"VENOM_DATA_DIR": str(data_dir)} if arguments[0] == "shell" else {})
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=_ROOT, env=given, capture_output=True, text=True, timeout=60, check=False)


def _workflow(data_dir: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return _manage(data_dir, "workflow", *arguments, "--data-dir", str(data_dir))


def test_done__is_0_and_stdout_is_only_the_answer(data_dir: Path) -> None:
    ended = _workflow(data_dir, "start", "fan", "--no-start", "--as", "boss", "--json")
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout)["created_by"] == "boss"


def test_refused__is_1_and_the_reason_is_printed(data_dir: Path) -> None:
    ended = _workflow(data_dir, "start", "nope", "--as", "boss")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "resource_not_found: " in ended.stderr
    assert "Traceback" not in ended.stderr


def test_wrong_usage__is_2(data_dir: Path) -> None:
    for arguments in (["start", "fan", "--input", "count"], ["fly"], ["pause"], ["skip-step", "x"]):
        ended = _workflow(data_dir, *arguments)
        assert ended.returncode == 2, arguments
        assert "usage: " in ended.stderr


def test_operations__end_with_0_or_1(data_dir: Path) -> None:
    run = json.loads(_workflow(data_dir, "start", "fan", "--as", "boss", "--json").stdout)["id"]
    paused = _workflow(data_dir, "pause", run, "--as", "boss", "--json")
    assert (paused.returncode, json.loads(paused.stdout)["status"]) == (0, "paused")
    again = _workflow(data_dir, "pause", run, "--as", "boss")
    assert (again.returncode, again.stdout) == (1, "")
    assert "forbidden_transition: " in again.stderr


def test_wait_without_start__is_2(data_dir: Path) -> None:
    assert _workflow(data_dir, "start", "fan", "--wait", "--no-start", "--as", "boss").returncode == 2
