"""The keys of a trail: each introduced by the one before, each in force from its first seal on."""

from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from audit import canonical
from audit.verification.pure.rows import KeyRow, RemovalRow, SealRow, bytes_of, unhex
from audit.violation import Violation


class Keyring:
    """All keys, in the order in which they came into force.

    ``trusted`` are the ids of keys that may have introduced themselves, because the key before was lost.
    """

    def __init__(self, keys: Sequence[KeyRow], trusted: Collection[str] = ()) -> None:
        self._keys = keys
        self._by_id = {key.key_id: key for key in keys}
        self._trusted = trusted

    @property
    def newest(self) -> KeyRow | None:
        """The key that signs the next seal."""
        return self._keys[-1] if self._keys else None

    def in_force(self, number: int) -> KeyRow | None:
        """Give the key that signs the seal of this number."""
        started = (key for key in reversed(self._keys) if isinstance(key.first_seal, int) and key.first_seal <= number)
        return max(started, key=lambda key: key.first_seal, default=None)

    def successor(self, key_id: str) -> KeyRow | None:
        """Give the key that took over from this one; ``None``: it is the newest, or there is no such key."""
        return next((after for key, after in pairwise(self._keys) if key.key_id == key_id), None)

    def public_key(self, key_id: str) -> str | None:
        """Give a public key, in hexadecimal."""
        key = self._by_id.get(key_id)
        return key.public_key if key else None

    def violations(self) -> Iterator[Violation]:
        """Check each key's name and who introduced it."""
        before: KeyRow | None = None
        for key in self._keys:
            yield from self._check(key, before)
            before = key

    def _check(self, key: KeyRow, before: KeyRow | None) -> Iterator[Violation]:
        subject = f"key {key.key_id}"
        if key.key_id != _key_id(key.public_key):
            yield Violation("key_altered", subject, {"public_key": str(key.public_key)})
        is_own = key.endorsed_by == key.key_id
        endorser = key if is_own else before
        if is_own and before and key.key_id not in self._trusted:
            yield Violation("key_not_endorsed", subject, {"key_before": before.key_id})
        elif endorser is None or key.endorsed_by != endorser.key_id:
            expected = before.key_id if before else key.key_id
            yield Violation("key_altered", subject, {"endorsed_by": key.endorsed_by, "expected": expected})
        elif not is_signed(endorser.public_key, key.endorsement, _endorsed_bytes(key)):
            yield Violation("key_altered", subject, {"endorsed_by": key.endorsed_by, "endorsement": "wrong"})

    def has_signed_seal(self, seal: SealRow) -> bool:
        """Tell whether the seal's signature is by the key that it names."""
        return is_signed(self.public_key(seal.key_id), seal.signature, seal.signed_bytes)

    def has_signed_removal(self, removal: RemovalRow) -> bool:
        """Tell whether the removal's signature is by the key that it names."""
        fields = {name: getattr(removal, name) for name in canonical.REMOVAL_FIELDS}
        return is_signed(self.public_key(removal.key_id), removal.signature, bytes_of(canonical.REMOVAL, fields))


def is_signed(public_key: object, signature: object, data: bytes) -> bool:
    """Tell whether an Ed25519 signature is right; key and signature are hexadecimal, or nonsense."""
    try:
        Ed25519PublicKey.from_public_bytes(unhex(public_key, 32)).verify(unhex(signature, 64), data)
    except (InvalidSignature, ValueError):
        return False
    return bool(data)


def _key_id(public_key: object) -> str | None:
    try:
        return canonical.key_id_of(unhex(public_key, 32))
    except ValueError:
        return None


def _endorsed_bytes(key: KeyRow) -> bytes:
    return bytes_of(canonical.KEY, {name: getattr(key, name) for name in canonical.KEY_FIELDS})
