"""What the steps hand on to each other, small enough to be kept with the run."""

import base64
import math
import os
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from venom_portal.flows.documents.names import read_name, show_name

# A fan-out of more items than this costs more in bookkeeping than it gains: the items take several files each instead.
MAX_BATCHES = 1_000

# What a step hands on may take 256 KiB; the list of files shares that with a few short fields.
PACKED_LIMIT = 220 * 1024


@dataclass(frozen=True)
class Batch:
    """Files ``start`` up to, not including, ``stop`` of a listing."""

    start: int
    stop: int


@dataclass(frozen=True)
class Listing:
    """The files that a run looks at; their paths, relative to ``folder``, are packed: thousands take too much space."""

    folder: str
    pattern: str
    count: int
    left_out: int
    packed: str

    @classmethod
    def of(cls, folder: Path, pattern: str, paths: Sequence[Path], left_out: int) -> "Listing":
        """Pack the paths; names can hold every byte but NUL, which therefore separates them."""
        packed = base64.b64encode(zlib.compress(b"\0".join(map(os.fsencode, paths)), 9)).decode()
        return cls(show_name(folder), pattern, len(paths), left_out, packed)

    @property
    def folder_path(self) -> Path:
        """The folder's real path."""
        return read_name(self.folder)

    def fits(self) -> bool:
        """Whether the listing is small enough to be handed on."""
        return len(self.packed) <= PACKED_LIMIT

    def paths(self, batch: Batch) -> list[Path]:
        """Give the paths of a batch, relative to the folder, in the order of the walk."""
        return [Path(os.fsdecode(path)) for path in _unpack(self.packed)[batch.start : batch.stop]]

    def batches(self) -> list[Batch]:
        """Share the files out: one each up to MAX_BATCHES files, else as many to a batch as that takes."""
        size = math.ceil(self.count / MAX_BATCHES) or 1
        return [Batch(start, min(start + size, self.count)) for start in range(0, self.count, size)]


@dataclass(frozen=True)
class FileRecord:
    """What was found out about one file.

    ``problem`` is empty or a code of ``pages.PROBLEMS``; then nothing else is known. ``kind``: text, binary or empty.
    ``words`` counts what white space separates; ``partial`` says that only the beginning was counted.
    ``sketch`` is the MinHash of a text that is long enough to be compared.
    """

    path: str
    problem: str = ""
    size: int = 0
    sha256: str = ""
    kind: str = ""
    media_type: str = ""
    encoding: str = ""
    language: str = ""
    words: int = 0
    partial: bool = False
    sketch: str = ""


# One process works on many batches of the same listing.
@lru_cache(maxsize=2)
def _unpack(packed: str) -> list[bytes]:
    return zlib.decompress(base64.b64decode(packed)).split(b"\0")
