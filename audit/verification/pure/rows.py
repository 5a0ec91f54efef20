"""Rows as they are read. Ids are text with dashes and times canonical text, if they are what they should be."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from audit import canonical


class KeyRow(NamedTuple):
    """A public key."""

    key_id: Any
    public_key: Any
    first_seal: Any
    introduced_at: Any
    endorsed_by: Any
    endorsement: Any


class SealRow(NamedTuple):
    """A seal."""

    number: Any
    sealed_at: Any
    size: Any
    total: Any
    root: Any
    previous: Any
    key_id: Any
    signature: Any

    @property
    def signed_bytes(self) -> bytes:
        """Give what the signature is over."""
        return bytes_of(canonical.SEAL, {name: getattr(self, name) for name in canonical.SEAL_FIELDS})

    @property
    def digest(self) -> str:
        """Give the digest by which the next seal names this one; empty where the signature is none."""
        try:
            return canonical.seal_digest(self.signed_bytes, unhex(self.signature, 64))
        except ValueError:
            return ""


class RetentionRow(NamedTuple):
    """What is read of the entry that records a permission; ``sealed_in`` is its seal's number, if it has one."""

    operation_type: Any
    result: Any
    params: Any
    sealed_in: Any


class RemovalRow(NamedTuple):
    """A permission to remove entries, and its own entry, if that is there."""

    through: Any
    operation_id: Any
    key_id: Any
    signature: Any
    entry: RetentionRow | None = None


class LeafRow(NamedTuple):
    """An entry's place below a seal, and the entry, if it is there, under its canonical names."""

    index: Any
    entry_id: Any
    leaf_hash: Any
    entry: Mapping[str, Any] | None


def bytes_of(kind: bytes, fields: Mapping[str, Any]) -> bytes:
    """Give the canonical bytes; none of what cannot be written, and nothing is signed or sealed as none."""
    try:
        return canonical.encode(kind, fields)
    except (ValueError, TypeError):
        return b""


_HEXADECIMAL = re.compile(r"[0-9a-f]*")


def unhex(value: Any, size: int) -> bytes:
    """Read so many bytes that are written in lower-case hexadecimal digits.

    Raises:
        ValueError: it is anything else.
    """
    if not isinstance(value, str) or len(value) != 2 * size or not _HEXADECIMAL.fullmatch(value):
        raise ValueError(f"not {size} bytes in hexadecimal")
    return bytes.fromhex(value)
