"""The disk under the database: a small one of its own where this user may mount one, else a folder with a limit."""

import os
import resource
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import psutil

_MEGABYTES = 512


class Disk:
    """A folder that can be filled up.

    For the superuser it is a file system in memory that a ballast file fills to the last byte: writers see ENOSPC.
    Others cannot mount one; there the writers' own files may not grow any more (RLIMIT_FSIZE): they see EFBIG.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        self.is_mounted = os.geteuid() == 0 and _mount(folder)
        self._ballast = folder / "ballast"
        self._limited: list[tuple[int, tuple[int, int]]] = []

    @property
    def kind(self) -> str:
        """Which of the two it is."""
        return "tmpfs filled up (ENOSPC)" if self.is_mounted else "file size limit (EFBIG)"

    def fill(self, writers: Sequence[psutil.Process], largest: int) -> None:
        """Leave no room; ``largest`` is the size in bytes to which the writers' files may still grow."""
        if not self.is_mounted:
            for writer in writers:
                self._limit(writer.pid, largest)
            return
        with self._ballast.open("wb", buffering=0) as file, suppress(OSError):
            while file.write(bytes(1 << 16)):
                pass

    def clear(self) -> None:
        """Make room again."""
        self._ballast.unlink(missing_ok=True)
        for pid, limits in self._limited:
            with suppress(OSError):
                resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)
        self._limited.clear()

    def end(self) -> None:
        """Unmount it."""
        self.clear()
        if self.is_mounted:
            subprocess.run(["umount", "--lazy", str(self.folder)], check=False, capture_output=True)

    def _limit(self, pid: int, size: int) -> None:
        with suppress(OSError):
            _soft, hard = before = resource.prlimit(pid, resource.RLIMIT_FSIZE)
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, hard))
            self._limited.append((pid, before))


def _mount(folder: Path) -> bool:
    command = ["mount", "-t", "tmpfs", "-o", f"size={_MEGABYTES}m,mode=755", "venom-faults", str(folder)]
    with suppress(OSError):
        return subprocess.run(command, check=False, capture_output=True).returncode == 0
    return False
