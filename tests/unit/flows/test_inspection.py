"""One file, read and described, whatever is wrong with it."""

import gzip
import hashlib
import os
import socket
import stat
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.unit.flows.conftest import ENGLISH, POLISH
from venom_portal.flows.documents.inspection import TEXT_BYTES, inspect_file
from venom_portal.flows.documents.records import FileRecord


def _inspect(root: Path, name: str, on_bytes: Callable[[int, int], None] = lambda _done, _size: None) -> FileRecord:
    return inspect_file(root, Path(name), [root], on_bytes)


def test_inspect__describes_a_text(root: Path) -> None:
    content = POLISH.encode()
    (root / "list.md").write_bytes(content)
    record = _inspect(root, "list.md")
    assert record.sketch
    assert record == FileRecord(
        "list.md",
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        kind="text",
        media_type="text/markdown",
        encoding="utf-8",
        language="pl",
        words=len(POLISH.split()),
        sketch=record.sketch,
    )


def test_inspect__describes_packed_files_as_such(root: Path) -> None:
    (root / "changelog.gz").write_bytes(gzip.compress(ENGLISH.encode() * 50))
    record = _inspect(root, "changelog.gz")
    assert (record.kind, record.media_type, record.words, record.language) == ("binary", "application/gzip", 0, "")


def test_inspect__describes_an_empty_file(root: Path) -> None:
    (root / "empty.txt").touch()
    record = _inspect(root, "empty.txt")
    assert (record.kind, record.size, record.sha256) == ("empty", 0, hashlib.sha256(b"").hexdigest())


def test_inspect__hashes_all_and_counts_the_beginning_of_a_huge_file(root: Path) -> None:
    content = b"word " * (TEXT_BYTES // 5 + 1_000_000)
    (root / "huge.txt").write_bytes(content)
    told: list[tuple[int, int]] = []
    record = _inspect(root, "huge.txt", lambda done, size: told.append((done, size)))
    assert record.sha256 == hashlib.sha256(content).hexdigest()
    assert (record.size, record.partial) == (len(content), True)
    assert record.words == len(content[:TEXT_BYTES].split())
    assert told[-1] == (len(content), len(content))
    assert len(told) > 5


def test_inspect__reads_no_further_than_the_size_at_the_beginning(root: Path) -> None:
    path = root / "log.txt"
    path.write_bytes(b"x" * 3_000_000)

    def grow(done: int, _size: int) -> None:
        if done <= 4_000_000:
            with path.open("ab") as file:
                file.write(b"y" * 2_000_000)

    assert _inspect(root, "log.txt", grow).sha256 == hashlib.sha256(b"x" * 3_000_000).hexdigest()


def test_inspect__opens_the_file_of_a_name_that_is_no_text(root: Path) -> None:
    name = os.fsdecode(b"caf\xe9.txt")
    (root / name).write_text("one two")
    record = _inspect(root, name)
    assert (record.path, record.words) == (r"caf\xe9.txt", 2)


def _pipe(root: Path) -> None:
    os.mkfifo(root / "odd")


def _socket(root: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(root / "odd"))


def _broken_link(root: Path) -> None:
    (root / "odd").symlink_to("nowhere")


def _loop(root: Path) -> None:
    (root / "odd").symlink_to("odd")


def _outside(root: Path) -> None:
    (root / "odd").symlink_to("../secret.txt")


def _folder(root: Path) -> None:
    (root / "odd").mkdir()


def _nothing(root: Path) -> None:
    assert not (root / "odd").exists()


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (_pipe, "special"),
        (_socket, "special"),
        (_broken_link, "gone"),
        (_loop, "gone"),
        (_nothing, "gone"),
        (_outside, "outside"),
        (_folder, "unlisted"),
    ],
)
def test_inspect__says_what_is_wrong(root: Path, make: Callable[[Path], None], problem: str) -> None:
    make(root)
    assert _inspect(root, "odd") == FileRecord("odd", problem=problem)


@pytest.fixture
def nobody() -> Iterator[None]:
    """Read as somebody who is not the superuser, who may read everything."""
    person = os.geteuid()
    if person == 0:
        os.seteuid(65534)
    yield
    os.seteuid(person)


def test_inspect__says_what_may_not_be_read(nobody: None) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name in ("open.txt", "locked.txt"):
            Path(folder, name).write_text("x")
        Path(folder, "locked.txt").chmod(0)
        assert _inspect(Path(folder), "open.txt").problem == ""
        assert _inspect(Path(folder), "locked.txt").problem == "forbidden"


@pytest.mark.skipif(not Path("/dev/null").exists(), reason="needs a device")
def test_inspect__reads_no_devices() -> None:
    device = Path("/dev/null")
    assert stat.S_ISCHR(device.stat().st_mode)
    assert inspect_file(device.parent, Path(device.name), [device.parent], lambda _d, _s: None).problem == "special"


def test_inspect__ends_where_the_caller_says(root: Path) -> None:
    (root / "a.txt").write_text("x")

    def stop(_done: int, _size: int) -> None:
        raise KeyError

    with pytest.raises(KeyError):
        _inspect(root, "a.txt", stop)
