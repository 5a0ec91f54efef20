"""The tests are tested: with each seeded bug one of them fails, and without it the same one passes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from audit import failpoints
from audit.failpoints import BUG_VARIABLE, SEEDED_BUGS
from tests.integration.proof.caught import CAUGHT_BY

ROOT = Path(__file__).resolve().parents[3]
_TESTS_FAILED = 1
# What the settings of the tests have set for this process, and set anew for another.
_OF_THIS_PROCESS = ("DATABASE_URL", "XDG_RUNTIME_DIR", BUG_VARIABLE)


def run_tests(scratch: Path, *tests: str, bug: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run tests in a process of their own, with a database of their own."""
    environment = {name: value for name, value in os.environ.items() if name not in _OF_THIS_PROCESS}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--basetemp", str(scratch / "inner")]
    return subprocess.run(
        [*command, *tests],
        cwd=ROOT,
        env=environment | ({BUG_VARIABLE: bug} if bug else {}),
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


def test_every_bug__has_a_test_that_catches_it() -> None:
    assert sorted(CAUGHT_BY) == sorted(SEEDED_BUGS)


def test_without_a_bug__these_tests_pass(tmp_path: Path) -> None:
    found = run_tests(tmp_path, *CAUGHT_BY.values())
    assert found.returncode == 0, found.stdout
    assert f"{len(CAUGHT_BY)} passed" in found.stdout


@pytest.mark.parametrize("bug", SEEDED_BUGS)
def test_bug__is_caught(bug: str, tmp_path: Path) -> None:
    found = run_tests(tmp_path, CAUGHT_BY[bug], bug=bug)
    assert found.returncode == _TESTS_FAILED, found.stdout + found.stderr
    assert "1 failed" in found.stdout


def manage(*arguments: str, bug: str, scratch: Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name not in _OF_THIS_PROCESS} | {
        BUG_VARIABLE: bug,
        "DJANGO_SETTINGS_MODULE": "venom_portal.settings",
        "VENOM_DATA_DIR": str(scratch),
    }
    command = [sys.executable, str(ROOT / "manage.py"), *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)


def test_switched_on_bug__is_said_loudly(tmp_path: Path) -> None:
    assert f"{BUG_VARIABLE}=ignore_token" in manage("check", bug="ignore_token", scratch=tmp_path).stderr

    findings = json.loads(manage("doctor", "--json", bug="ignore_token", scratch=tmp_path).stdout)
    finding = next(finding for finding in findings if finding["name"] == "sabotage")
    assert finding["status"] == "fail"
    assert "ignore_token" in finding["detail"]


def test_unknown_bug__stops_the_process(tmp_path: Path) -> None:
    found = manage("check", bug="no_such_bug", scratch=tmp_path)
    assert found.returncode != 0
    assert "unguarded_claim" in found.stderr


def test_nothing_is_switched_on_by_itself() -> None:
    assert failpoints.switched_on() == []
