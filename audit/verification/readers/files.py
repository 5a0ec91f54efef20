"""What is kept outside of the database: the heads, and the key."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from audit.verification.pure.head import Head, read_head

_LONGEST_LINE = 8_192


def heads(path: Path) -> Iterator[Head | None]:
    """Give the heads of a file, a line each; ``None`` for a line that is none: a crash may have cut it short.

    Raises:
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        while line := file.readline(_LONGEST_LINE):
            yield _head(line)


def public_key(path: Path) -> str | None:
    """Give the public half of the private key in a file, in hexadecimal; ``None``: it holds no such key.

    Raises:
        OSError: the file cannot be read.
    """
    data = path.read_bytes()
    try:
        private: Any = load_pem_private_key(data, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None
    if not isinstance(private, Ed25519PrivateKey):
        return None
    return private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def _head(line: bytes) -> Head | None:
    try:
        return read_head(json.loads(line))
    except (ValueError, RecursionError):
        return None
