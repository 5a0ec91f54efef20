"""Reading one file and saying what it is; whatever is wrong with it becomes part of the answer."""

import errno
import hashlib
import os
import stat
from collections.abc import Callable, Sequence
from pathlib import Path

from venom_portal.flows.documents import media_type, text
from venom_portal.flows.documents.folders import OutsideError, open_inside
from venom_portal.flows.documents.names import show_name
from venom_portal.flows.documents.records import FileRecord
from venom_portal.flows.documents.sketches import sketch

# Every byte is hashed; words are counted in the first 8 MiB.
TEXT_BYTES = 8 * 1024 * 1024
_CHUNK = 1024 * 1024

_PROBLEM_OF_ERRNO = {
    errno.ENOENT: "gone",
    errno.ENOTDIR: "gone",
    errno.ELOOP: "gone",
    errno.EACCES: "forbidden",
    errno.EPERM: "forbidden",
    errno.ENXIO: "special",
}

OnBytes = Callable[[int, int], None]


class _NotAFileError(Exception):
    """The path is something else than a file; the argument is the problem's code."""


def inspect_file(folder: Path, path: Path, roots: Sequence[Path], on_bytes: OnBytes) -> FileRecord:
    """Read and describe the file at a path relative to the folder.

    ``on_bytes`` is called after each MiB with the bytes read and the size; what it raises ends the reading.
    """
    shown = show_name(path)
    try:
        digest, size, head = _read(folder / path, roots, on_bytes)
    except OutsideError:
        return FileRecord(shown, problem="outside")
    except _NotAFileError as error:
        return FileRecord(shown, problem=str(error))
    except OSError as error:
        return FileRecord(shown, problem=_PROBLEM_OF_ERRNO.get(error.errno or 0, "unreadable"))
    return _describe(shown, digest, size, head)


def _read(path: Path, roots: Sequence[Path], on_bytes: OnBytes) -> tuple[str, int, bytes]:
    """Return the SHA-256, the number of bytes and the first TEXT_BYTES of a file."""
    digest, head, done = hashlib.sha256(), bytearray(), 0
    descriptor = open_inside(path, roots)
    try:
        size = _size_of_file(os.fstat(descriptor))
        # No further than the size at the beginning: a log that is being written has no end.
        while done < size and (chunk := os.read(descriptor, min(_CHUNK, size - done))):
            digest.update(chunk)
            head += chunk[: TEXT_BYTES - len(head)]
            done += len(chunk)
            on_bytes(done, size)
    finally:
        os.close(descriptor)
    return digest.hexdigest(), done, bytes(head)


def _size_of_file(status: os.stat_result) -> int:
    if stat.S_ISDIR(status.st_mode):
        raise _NotAFileError("unlisted")
    if not stat.S_ISREG(status.st_mode):
        raise _NotAFileError("special")
    return status.st_size


def _describe(path: str, digest: str, size: int, head: bytes) -> FileRecord:
    if size == 0:
        return FileRecord(path, sha256=digest, kind="empty", media_type=media_type.EMPTY)
    decoded = text.decode(head)
    if decoded is None:
        return FileRecord(path, "", size, digest, "binary", media_type.type_of_binary(path, head))
    content, encoding = decoded
    return FileRecord(
        path=path,
        size=size,
        sha256=digest,
        kind="text",
        media_type=media_type.type_of_text(path, head),
        encoding=encoding,
        language=text.identify_language(content),
        words=text.count_words(content),
        partial=size > len(head),
        sketch=sketch(content),
    )
