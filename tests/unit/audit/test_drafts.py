"""Files that appear whole or not at all: written by many, and after crashes."""

import os
import stat
from pathlib import Path

import pytest

from audit.sealing.drafts import sweep, sync_folder, write_whole


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_file__appears_once_for_its_owner_only_and_leaves_nothing_beside(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "key.pem"
    write_whole(b"first", path)
    write_whole(b"second", path)
    assert path.read_bytes() == b"first"
    assert path.stat().st_mode & 0o777 == 0o600
    assert names_in(path.parent) == ["key.pem"]


def test_leftovers__are_swept_and_nothing_else_is(tmp_path: Path) -> None:
    path = tmp_path / "key[1].pem"
    others = ["key[1].pem", ".key[1].pem-short", ".key[1].pem.next-0123456789abcdef", ".key1.pem-0123456789abcdef"]
    for name in (".key[1].pem-0123456789abcdef", *others):
        (tmp_path / name).write_text("private")
    sweep(path)
    assert names_in(tmp_path) == sorted(others)


@pytest.mark.parametrize("is_there", [True, False])
def test_draft__that_another_sweeps_away_gives_way_to_the_file_only(
    is_there: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, link = tmp_path / "key.pem", os.link

    def swept(draft: Path, target: Path) -> None:
        if is_there:
            target.write_bytes(b"of somebody else")
        sweep(target)
        link(draft, target)

    monkeypatch.setattr("audit.sealing.drafts.os.link", swept)
    if is_there:
        write_whole(b"own", path)
        assert path.read_bytes() == b"of somebody else"
    else:
        with pytest.raises(FileNotFoundError):
            write_whole(b"own", path)


def test_folder__is_synced_after_the_name_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, seen, fsync = tmp_path / "key.pem", list[tuple[bool, list[str]]](), os.fsync

    def watched(number: int) -> None:
        seen.append((stat.S_ISDIR(os.fstat(number).st_mode), names_in(tmp_path)))
        fsync(number)

    monkeypatch.setattr("audit.sealing.drafts.os.fsync", watched)
    write_whole(b"own", path)
    sync_folder(path)
    assert [is_folder for is_folder, _names in seen] == [False, True, True]
    assert seen[1][1] == ["key.pem"]
