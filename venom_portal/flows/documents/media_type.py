"""Saying what type of file it is, from what it contains and how it is called."""

import mimetypes
from pathlib import PurePosixPath

import puremagic

TEXT = "text/plain"
BINARY = "application/octet-stream"
EMPTY = "inode/x-empty"
ARCHIVE = "application/zip"

# The library's confidence is the signature's length: 0.3 for three bytes, 0.8 for nine and more. Two bytes (BM, MZ)
# begin many a file by accident, and in a text whole words do.
_SURE_OF_BINARY = 0.3
_SURE_OF_TEXT = 0.5

_PREFERRED = {"application/x-gzip": "application/gzip"}
# What a file that reads as text can be, besides text/….
_WRITTEN_AS_TEXT = (
    *("xml", "+xml", "json", "+json", "/yaml", "/toml", "javascript", "/sql", "/x-sh", "/x-tex", "/x-latex"),
    *("/rtf", "/postscript", "/pdf"),
)

# The interpreter's own table: the same answer on every machine, whatever its system knows; and what older ones lack.
_TABLE = mimetypes.MimeTypes()
_TABLE.add_type("text/markdown", ".md")
_TABLE.add_type("text/x-rst", ".rst")
_TABLE.add_type("application/yaml", ".yaml")
_TABLE.add_type("application/yaml", ".yml")
_TABLE.add_type("application/toml", ".toml")


def type_of_text(name: str, content: bytes) -> str:
    """Return the media type of a file that reads as text: by its name if that can be, else by how it begins."""
    by_content = (match.mime_type for match in _signatures(content) if match.confidence >= _SURE_OF_TEXT)
    return next((kind for kind in (_by_name(name), *by_content) if _can_be_text(kind)), TEXT)


def type_of_binary(name: str, content: bytes) -> str:
    """Return the media type of any other file: by how it begins; its name decides where several types begin so."""
    matches = [match for match in _signatures(content) if match.confidence >= _SURE_OF_BINARY]
    best = [match for match in matches if match.mime_type and match.confidence == matches[0].confidence]
    by_name, suffix = _by_name(name), PurePosixPath(name).suffix.lower()
    kinds = [match.mime_type for match in best]
    if by_name in kinds or (not kinds and by_name and not _can_be_text(by_name)):
        return by_name
    same_suffix = [match.mime_type for match in best if match.extension == suffix]
    # Dozens of formats are ZIP archives inside.
    archive = [ARCHIVE] if ARCHIVE in kinds else []
    kind = next(iter((*same_suffix, *archive, *kinds)), BINARY)
    return _PREFERRED.get(kind, kind)


def _can_be_text(kind: str) -> bool:
    return kind.startswith("text/") or kind.endswith(_WRITTEN_AS_TEXT)


def _by_name(name: str) -> str:
    # Only the endings are looked up: the table takes what it is given for an address, and believes "data:text/html,…".
    kind, packed = _TABLE.guess_type("file" + "".join(PurePosixPath(name).suffixes[-2:]))
    # "report.txt.gz" is a packed file, whatever is inside.
    return kind or "" if packed is None else ""


def _signatures(content: bytes) -> list[puremagic.PureMagicWithConfidence]:
    """The signatures that the first and last bytes fit, the surest first."""
    # The library is given no file name: with one, its newer releases open the file by themselves.
    try:
        return puremagic.magic_string(content)
    except (puremagic.PureError, ValueError):
        return []
