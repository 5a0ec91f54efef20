"""Which folders may be read, and opening files so that nothing outside them can be reached."""

import os
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from workflows.authoring import InputRefused

_DIRECTORY_ONLY = os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# A pipe must not block the reader, a terminal must not become the worker's own.
_READ_ONLY = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY
# Passing through a folder needs no right to list it; where the platform has no such way, listing is asked for.
_PASS_THROUGH = getattr(os, "O_PATH", os.O_RDONLY)


class OutsideError(Exception):
    """The path leads outside the folders that may be read."""


def allowed_roots() -> tuple[Path, ...]:
    """Give the folders, links resolved, below which flows may read."""
    return tuple(settings.VENOM_INPUT_ROOTS)


def resolve_folder(folder: str, roots: Sequence[Path]) -> Path:
    """Return the real path of a folder that a person named; a relative one is taken from the first allowed folder.

    Raises:
        InputRefused: it is outside the allowed folders (said alike whether it exists or not), or no folder.
    """
    shown = repr(folder)
    try:
        real = Path(os.path.realpath(Path(*roots[:1]) / folder))
        root_of(real, roots)
    except (OutsideError, ValueError, OSError) as error:
        allowed = ", ".join(map(str, roots))
        raise InputRefused(
            "folder",
            _("%(folder)s is not below a folder that may be read: %(allowed)s (set by VENOM_INPUT_ROOTS)")
            % {"folder": shown, "allowed": allowed},
        ) from error
    if not os.path.isdir(real):  # noqa: PTH112 (the method raises where this says no)
        raise InputRefused("folder", _("%(folder)s is not a folder; name one that exists") % {"folder": shown})
    return real


def root_of(real: Path, roots: Sequence[Path]) -> Path:
    """Return the allowed folder that a real path is in.

    Raises:
        OutsideError: it is in none.
    """
    for root in roots:
        if real.is_relative_to(root):
            return root
    raise OutsideError(real)


def open_inside(path: Path, roots: Sequence[Path], *, flags: int = _READ_ONLY) -> int:
    """Open a file or folder below an allowed one and return its descriptor.

    The links on the way are resolved first, and then no link is followed: whoever swaps a folder for a link in the
    meantime gets an error, not a file from elsewhere.

    Raises:
        OutsideError: it leads outside the allowed folders.
        OSError: it is gone, may not be read, or changed on the way.
    """
    real = Path(os.path.realpath(path))
    root = root_of(real, roots)
    *folders, name = real.relative_to(root).parts or (".",)
    parent = os.open(root, _PASS_THROUGH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for folder in folders:
            parent, left = os.open(folder, _PASS_THROUGH | _DIRECTORY_ONLY, dir_fd=parent), parent
            os.close(left)
        return os.open(name, flags, dir_fd=parent)
    finally:
        os.close(parent)


def open_folder_inside(path: Path, roots: Sequence[Path]) -> int:
    """Open a folder for listing, as ``open_inside`` does."""
    return open_inside(path, roots, flags=os.O_RDONLY | _DIRECTORY_ONLY)
