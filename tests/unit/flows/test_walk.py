"""Every real file once, in one order, whatever the folder holds."""

import os
from pathlib import Path

import pytest

from venom_portal.flows.documents.walk import walk


def _walk(root: Path, pattern: str = "*", folder: str = ".") -> list[str]:
    return [str(path) for path in walk(root / folder, pattern, [root], lambda: None)]


def _make(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)


def test_walk__goes_deep_in_the_order_of_names(root: Path) -> None:
    _make(root, "c/d.txt", "b/z.txt", "b/a/c.txt", "z.txt", "a.txt", "B.txt", "é.txt")
    assert _walk(root) == ["B.txt", "a.txt", "z.txt", "é.txt", "b/z.txt", "b/a/c.txt", "c/d.txt"]


def test_walk__takes_names_that_fit_the_pattern(root: Path) -> None:
    _make(root, "a.txt", "b.md", "c/d.txt", "c/TXT", "e.txt/f.md")
    assert _walk(root, "*.txt") == ["a.txt", "c/d.txt"]
    assert _walk(root, "[ab].*") == ["a.txt", "b.md"]


def test_walk__ends_in_loops(root: Path) -> None:
    _make(root, "a/b/c.txt")
    (root / "a/b/up").symlink_to("../..")
    (root / "self").symlink_to("self")
    assert _walk(root) == ["a/b/c.txt", "self"]


def test_walk__counts_a_real_file_once_under_its_own_name(root: Path) -> None:
    _make(root, "m.txt", "dir/n.txt")
    (root / "a-link.txt").symlink_to("m.txt")
    (root / "b-link").symlink_to("dir")
    os.link(root / "m.txt", root / "z-hard.txt")
    assert _walk(root) == ["m.txt", "dir/n.txt"]


def test_walk__follows_links_to_what_lies_elsewhere_inside(root: Path) -> None:
    _make(root, "docs/a.txt", "other/b.txt", "other/c.txt", "other/d/e.txt")
    (root / "docs/more").symlink_to(root / "other")
    (root / "docs/again").symlink_to(root / "other/d")
    assert _walk(root, folder="docs") == ["a.txt", "again/e.txt", "more/b.txt", "more/c.txt"]


def test_walk__names_what_leads_outside_but_does_not_look_there(root: Path) -> None:
    _make(root, "a.txt")
    (root / "out").symlink_to(root.parent)
    (root / "secret").symlink_to("../secret.txt")
    assert _walk(root, "*.txt") == ["a.txt", "out", "secret"]


def test_walk__lists_pipes_and_broken_links_without_opening_them(root: Path) -> None:
    os.mkfifo(root / "pipe")
    (root / "broken").symlink_to("nowhere")
    assert _walk(root) == ["pipe", "broken"]


def test_walk__bears_names_that_are_no_text(root: Path) -> None:
    (root / os.fsdecode(b"caf\xe9")).touch()
    assert [os.fsencode(path) for path in _walk(root)] == [b"caf\xe9"]


def test_walk__bears_a_tree_deeper_than_paths_may_be_long(root: Path) -> None:
    folder = os.open(root, os.O_RDONLY)
    for _ in range(25):
        os.mkdir("d" * 200, dir_fd=folder)
        folder, left = os.open("d" * 200, os.O_RDONLY, dir_fd=folder), folder
        os.close(left)
    os.close(os.open("a.txt", os.O_CREAT | os.O_WRONLY, dir_fd=folder))
    os.close(folder)
    assert _walk(root) == [f"{'d' * 200}/" * 25 + "a.txt"]


def test_walk__can_be_ended_before_each_folder(root: Path) -> None:
    _make(root, "a.txt", "b/c.txt")
    asked = iter([None])
    paths = walk(root, "*", [root], lambda: next(asked))
    assert str(next(paths)) == "a.txt"
    with pytest.raises(RuntimeError, match="StopIteration"):
        next(paths)
