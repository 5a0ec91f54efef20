"""Files that appear whole or not at all, and outlive a power cut: written as drafts beside their place, then linked."""

import os
import secrets
from contextlib import suppress
from glob import escape
from pathlib import Path

_DIGITS = 16


def write_whole(data: bytes, path: Path) -> None:
    """Keep something in a file that only its owner may read; a file that is there is left alone."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}-{secrets.token_hex(_DIGITS // 2)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except (FileExistsError, FileNotFoundError):
        if not path.exists():
            raise
        # Somebody else was faster, and may have swept the draft away: that file counts.
    finally:
        draft.unlink(missing_ok=True)
    sync_folder(path)


def sweep(path: Path) -> None:
    """Remove the drafts of this file that a crash has left, where they can be; to be called when it is not needed."""
    for draft in path.parent.glob(f".{escape(path.name)}-{'[0-9a-f]' * _DIGITS}"):
        with suppress(OSError):
            draft.unlink()


def sync_folder(path: Path) -> None:
    """Make the names in a file's folder outlive a power cut."""
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
