"""The exact bytes that are hashed and signed. Writer and verifier share this module and nothing else.

Standard library only. Version 1: UTF-8 JSON with sorted keys and no spaces; values are strings, integers and null;
times are UTC with six decimals. A line in front says what the bytes are, so that none can pass for another kind.
Leaves and nodes are hashed as in RFC 6962, section 2.1.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

ENTRY = b"venom-audit-entry/v1\n"
SEAL = b"venom-audit-seal/v1\n"
KEY = b"venom-audit-key/v1\n"
REMOVAL = b"venom-audit-removal/v1\n"

ENTRY_FIELDS = (
    "operation_id",
    "timestamp",
    "actor_id",
    "triggered_by",
    "surface",
    "address",
    "request_id",
    "parent",
    "operation_type",
    "resource_type",
    "resource_id",
    "seq",
    "state_before",
    "state_after",
    "params",
    "reason",
    "result",
    "reason_code",
    "duration_us",
    "error_message",
)
SEAL_FIELDS = ("number", "sealed_at", "size", "total", "root", "previous", "key_id")
KEY_FIELDS = ("key_id", "public_key", "first_seal", "introduced_at", "endorsed_by")
REMOVAL_FIELDS = ("through", "operation_id", "key_id")

NO_SEAL = "0" * 64
"""What the first seal has in place of the digest of the seal before."""


def encode(kind: bytes, fields: Mapping[str, Any]) -> bytes:
    """Give the bytes that stand for a row; times and ids are written as text."""
    plain_fields = {name: plain(value) for name, value in fields.items()}
    return kind + dumps(plain_fields).encode()


def dumps(value: Any) -> str:
    """Write JSON in its one form."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def leaf_hash(data: bytes) -> bytes:
    """Hash an entry's bytes."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def seal_digest(data: bytes, signature: bytes) -> str:
    """Give the digest by which the next seal names this one: over what was signed and the signature."""
    return hashlib.sha256(data + signature).hexdigest()


def key_id_of(public_key: bytes) -> str:
    """Give the name of a key: the first 16 hexadecimal digits of its hash."""
    return hashlib.sha256(public_key).hexdigest()[:16]


def plain(value: Any) -> Any:
    """Write a value as JSON has it: times in UTC with six decimals, ids as text."""
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return str(value)
