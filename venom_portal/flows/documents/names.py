r"""File names as text: a file name is bytes, and may be anything but valid, printable Unicode.

Steps hand on and reports show names in one form, in which every byte that is not part of a printable character is
written ``\xNN`` and a backslash ``\\``. It is plain Unicode, shows no invisible or reordering characters, and leads
back to exactly the same bytes.
"""

import os
import re
from pathlib import Path, PurePath

_ESCAPE = re.compile(rb"\\(?:\\|x([0-9a-f]{2}))")


def show_name(path: PurePath) -> str:
    """Write a path as printable text, from which ``read_name`` makes the same path again."""
    return "".join(map(_show_character, os.fsencode(path).decode("utf-8", "surrogateescape")))


def read_name(shown: str) -> Path:
    """Return the path that ``show_name`` wrote."""
    return Path(os.fsdecode(_ESCAPE.sub(_unescape, shown.encode())))


def _show_character(character: str) -> str:
    if character == "\\":
        return "\\\\"
    if character.isprintable():
        return character
    return "".join(f"\\x{byte:02x}" for byte in character.encode("utf-8", "surrogateescape"))


def _unescape(match: re.Match[bytes]) -> bytes:
    return bytes.fromhex(match[1].decode()) if match[1] else b"\\"
