"""The chain of seals: numbers without a gap, each naming the one before, each signed by the key of its time."""

from collections.abc import Iterator

from audit.canonical import NO_SEAL
from audit.verification.pure.keyring import Keyring
from audit.verification.pure.rows import SealRow
from audit.violation import Violation


class Chain:
    """Takes the seals one after the other, by their numbers, and keeps the last."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring
        self.last: SealRow | None = None

    def append(self, seal: SealRow) -> Iterator[Violation]:
        """Check the next seal against the one before."""
        subject = f"seal {seal.number}"
        if not isinstance(seal.number, int):
            yield Violation("seal_altered", subject, {"number": str(seal.number)})
            return
        expected = self.last.number + 1 if self.last else 1
        if seal.number == expected:
            yield from self._check_link(seal, subject)
        else:
            yield Violation("seal_missing", f"seal {expected}", {"next": seal.number})
        yield from self._check_signature(seal, subject)
        self.last = seal

    def _check_link(self, seal: SealRow, subject: str) -> Iterator[Violation]:
        previous = self.last.digest if self.last else NO_SEAL
        if seal.previous != previous:
            yield Violation("seal_chain_broken", subject, {"previous": seal.previous, "expected": previous})
        total = self.last.total if self.last else 0
        if not _is_sum(seal.total, total, seal.size):
            yield Violation("seal_total_wrong", subject, {"total": seal.total, "before": total, "size": seal.size})

    def _check_signature(self, seal: SealRow, subject: str) -> Iterator[Violation]:
        key = self._keyring.in_force(seal.number)
        if key is None or seal.key_id != key.key_id:
            in_force = key.key_id if key else None
            yield Violation("seal_key_wrong", subject, {"key": seal.key_id, "in_force": in_force})
        if not self._keyring.has_signed_seal(seal):
            yield Violation("seal_altered", subject, {"key": seal.key_id, "signature": "wrong"})


def _is_sum(total: object, before: object, size: object) -> bool:
    return isinstance(before, int) and isinstance(size, int) and total == before + size
