"""``audit list`` and ``audit export``: what they print and write, and how they end."""

import io
import json
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from audit.export import formats
from audit.models import Entry
from tests.integration.trail.conftest import CANARY

Run = Callable[..., str]


@pytest.fixture
def run(people: dict[str, User]) -> Run:
    def run_action(*arguments: str, user: str = "operator") -> str:
        out = io.StringIO()
        call_command("audit", *arguments, "--as", user, stdout=out)
        return out.getvalue()

    return run_action


def test_list__answers_as_the_api_does(run: Run, some: dict[str, Entry]) -> None:
    answer = json.loads(run("list", "--json", "--page", "2", "--page-size", "3"))
    assert (answer["total_count"], answer["page"], answer["page_size"]) == (4, 2, 3)
    assert [entry["operation_id"] for entry in answer["entries"]] == [str(some["pause"].pk)]


def test_list__prints_words(run: Run, some: dict[str, Entry]) -> None:
    printed = run("list", "--result", "failure")
    assert f"{some['denied'].pk}" in printed
    assert "cancel: failure, not permitted  (workflow other)" in printed
    assert "1 entries, page 1 of 1." in printed
    assert "No entry fits." in run("list", "--triggered-by", "nobody")


def test_list__is_for_those_who_may(run: Run, people: dict[str, User]) -> None:
    User.objects.create_user("outsider")
    with pytest.raises(CommandError, match=r"permission_denied.*audit\.view_entry"):
        run("list", user="outsider")


@pytest.mark.parametrize(
    "arguments",
    [
        *(["--since", "x"], ["--parent", "x"], ["--until", "2026-13-01"]),
        *(["--since", "0001-01-01T00:00:00+14:00"], ["--until", "9999-12-31T23:59:59-14:00"]),
    ],
)
def test_wrong_filter__is_wrong_usage(run: Run, arguments: list[str]) -> None:
    for action in (["list"], ["export", "--format", "csv"]):
        with pytest.raises(CommandError) as raised:
            run(*action, *arguments)
        assert raised.value.returncode == 2
    assert not Entry.objects.exists()


def test_export__goes_to_standard_output(run: Run, some: dict[str, Entry]) -> None:
    lines = [json.loads(line) for line in run("export", "--format", "jsonl", "--since", "2000-01-01").splitlines()]
    assert [line["operation_id"] for line in lines[:4]] == [str(entry.pk) for entry in some.values()]
    assert lines[4]["operation_type"] == "audit_export"
    assert lines[4]["params"] == {"format": "jsonl", "since": "2000-01-01T00:00:00+00:00"}
    assert CANARY not in json.dumps(lines)


def test_export__writes_a_file_for_its_owner_only(run: Run, some: dict[str, Entry], tmp_path: Path) -> None:
    file = tmp_path / "trail.csv"
    answer = json.loads(run("export", "--format", "csv", "--output", str(file), "--json"))
    assert answer["entries"] == 5
    assert answer["operation_id"] == str(Entry.objects.get(operation_type="audit_export").pk)
    assert file.read_text().count("\n") == 6
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [file]


def test_export__that_breaks_leaves_the_old_file(
    run: Run, some: dict[str, Entry], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "trail.csv"
    file.write_text("old")

    def full(_value: Any) -> Any:
        raise OSError("no space left")

    monkeypatch.setattr(formats, "_cell", full)
    with pytest.raises(CommandError, match="no space left"):
        run("export", "--format", "csv", "--output", str(file))
    assert [path.name for path in tmp_path.iterdir()] == ["trail.csv"]
    assert file.read_text() == "old"


def test_export__into_nothing_is_wrong_usage_and_leaves_no_entry(run: Run, tmp_path: Path) -> None:
    with pytest.raises(CommandError) as raised:
        run("export", "--format", "csv", "--output", str(tmp_path / "nowhere" / "trail.csv"))
    assert raised.value.returncode == 2
    assert not Entry.objects.exists()


def test_export__is_for_those_who_may(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "trail.csv"
    with pytest.raises(CommandError, match="permission_denied"):
        run("export", "--format", "csv", "--output", str(file), user="viewer")
    assert not file.exists()
    entry = Entry.objects.get()
    assert (entry.operation_type, entry.surface, entry.reason_code) == ("audit_export", "cli", "permission_denied")
