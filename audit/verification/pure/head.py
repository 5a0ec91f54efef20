"""Heads: what was kept of a seal outside the database, and whether the database still says the same."""

from collections.abc import Iterator, Mapping
from typing import Any

from audit import canonical
from audit.verification.pure.rows import SealRow
from audit.violation import Violation

Head = Mapping[str, Any]

_TOO_MANY = 2**63
"""No database counts so far: asked for such a seal, it fails instead of having none."""


def read_head(value: Any) -> Head:
    """Take a head as JSON has it: at least the seal's number and its digest.

    Raises:
        ValueError: it is none.
    """
    if not isinstance(value, dict) or not isinstance(value.get("digest"), str) or not _is_number(value.get("number")):
        raise ValueError("not the head of a trail: an object with the seal's number and digest")
    return value


def _is_number(value: Any) -> bool:
    return type(value) is int and 0 < value < _TOO_MANY


def head_of(seal: SealRow, public_key: str | None) -> dict[str, Any]:
    """Give the head of a seal."""
    fields = {name: canonical.plain(getattr(seal, name)) for name in canonical.SEAL_FIELDS}
    return {**fields, "signature": seal.signature, "digest": seal.digest, "public_key": public_key}


def compare(head: Head, seal: SealRow | None, public_key: str | None, last: int) -> Iterator[Violation]:
    """Check a head against its seal, which may be gone; ``last`` is the number of the last seal."""
    number = head["number"]
    if seal is None:
        rule = "tail_cut" if number > last else "seal_missing"
        yield Violation(rule, f"seal {number}", {"digest": head["digest"], "last_seal": last})
        return
    stands = head_of(seal, public_key)
    differing = sorted(name for name in stands.keys() & head.keys() if stands[name] != head[name])
    if differing:
        facts = {"differing": differing, "kept": head["digest"], "found": seal.digest}
        yield Violation("head_differs", f"seal {number}", facts)
