"""Finding the files: every real file once, in the same order each time, never outside the allowed folders."""

import os
import stat
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from venom_portal.flows.documents.folders import OutsideError, open_folder_inside, root_of

_Identity = tuple[int, int]


def walk(folder: Path, pattern: str, roots: Sequence[Path], on_folder: Callable[[], None]) -> Iterator[Path]:
    """Yield the paths, relative to the folder, of all files whose name fits the shell pattern.

    Folders are gone through in the order of their names, files before folders. Links come last and only where they lead
    to something that was not seen under its own name, so that loops end and nothing is counted twice (hard links
    included). What cannot be looked into is yielded as well: links that lead outside or nowhere, folders that cannot be
    listed. ``on_folder`` is called before each folder; what it raises ends the walk.
    """
    return _Walk(folder, pattern, roots, on_folder).paths()


class _Walk:
    def __init__(self, folder: Path, pattern: str, roots: Sequence[Path], on_folder: Callable[[], None]) -> None:
        self.folder = folder
        self.pattern = pattern
        self.roots = roots
        self.on_folder = on_folder
        self.seen: set[_Identity] = set()
        self.folders = [Path()]
        self.links: deque[Path] = deque()

    def paths(self) -> Iterator[Path]:
        while self.folders or self.links:
            if self.folders:
                yield from self.list_folder(self.folders.pop())
            else:
                yield from self.follow_link(self.links.popleft())

    def list_folder(self, path: Path) -> Iterator[Path]:
        self.on_folder()
        try:
            identity, entries = _scan(self.folder / path, self.roots)
        except (OSError, OutsideError):
            yield path
            return
        if self.is_new(identity):
            yield from self.sort_out(path, entries)

    def sort_out(self, folder: Path, entries: list["_Entry"]) -> Iterator[Path]:
        folders = []
        for entry in entries:
            path = folder / entry.name
            if entry.kind == "link":
                self.links.append(path)
            elif entry.kind == "folder":
                folders.append(path)
            elif self.fits(path) and self.is_new(entry.identity):
                yield path
        self.folders.extend(reversed(folders))

    def follow_link(self, path: Path) -> Iterator[Path]:
        real = Path(os.path.realpath(self.folder / path))
        try:
            root_of(real, self.roots)
            status = real.stat()
        except OutsideError:
            yield path
        except OSError:
            if self.fits(path):
                yield path
        else:
            if stat.S_ISDIR(status.st_mode):
                self.folders.append(path)
            elif self.fits(path) and self.is_new(_identity(status)):
                yield path

    def fits(self, path: Path) -> bool:
        return fnmatchcase(path.name, self.pattern)

    def is_new(self, identity: _Identity | None) -> bool:
        """Whether this was not seen before; what could not be told apart counts as new."""
        if identity in self.seen:
            return False
        if identity:
            self.seen.add(identity)
        return True


@dataclass(frozen=True)
class _Entry:
    name: str
    kind: str
    identity: _Identity | None

    @classmethod
    def of(cls, entry: os.DirEntry[str]) -> "_Entry":
        try:
            if entry.is_symlink():
                return cls(entry.name, "link", None)
            kind = "folder" if entry.is_dir(follow_symlinks=False) else "file"
            return cls(entry.name, kind, _identity(entry.stat(follow_symlinks=False)))
        except OSError:
            # Reading it will say what is wrong with it.
            return cls(entry.name, "file", None)


def _scan(folder: Path, roots: Sequence[Path]) -> tuple[_Identity, list[_Entry]]:
    descriptor = open_folder_inside(folder, roots)
    try:
        with os.scandir(descriptor) as entries:
            found = sorted(map(_Entry.of, entries), key=lambda entry: os.fsencode(entry.name))
        return _identity(os.fstat(descriptor)), found
    finally:
        os.close(descriptor)


def _identity(status: os.stat_result) -> _Identity:
    return status.st_dev, status.st_ino
