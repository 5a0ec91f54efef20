"""The key that seals are signed with: a file that only its owner may read, and its public half in the database."""

from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from audit import canonical
from audit.models import Key, Seal
from audit.sealing.drafts import sweep, sync_folder, write_whole


class KeyProblem(RuntimeError):  # noqa: N818 (says what it is)
    """Seals cannot be signed; the message says why, and what to do."""


@dataclass(frozen=True)
class SigningKey:
    """A private key and what it is called."""

    private: Ed25519PrivateKey

    @property
    def public(self) -> bytes:
        """The public half, 32 bytes."""
        return self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    @property
    def key_id(self) -> str:
        """Its name."""
        return canonical.key_id_of(self.public)

    def sign(self, data: bytes) -> bytes:
        """Sign, as RFC 8032 says: 64 bytes."""
        return self.private.sign(data)


def key_file() -> Path:
    """Say where the private key lies."""
    return Path(settings.VENOM_AUDIT_KEY)


def next_key_file() -> Path:
    """Say where a new private key lies until it is in force."""
    return key_file().with_name(key_file().name + ".next")


def take_over_next_key(key_id: str) -> None:
    """Put the file of the new key in the place of the old one, which is gone then; whoever comes first does it.

    Raises:
        KeyProblem: neither file holds the key.
    """
    try:
        beside = read_key(next_key_file()).key_id if next_key_file().exists() else None
        if beside == key_id:
            next_key_file().replace(key_file())
            sync_folder(key_file())
            return
    except (KeyProblem, FileNotFoundError):
        pass  # taken over in between, or no key: what is in force tells
    _check_key(read_key(key_file()), key_id)


def current_key() -> SigningKey:
    """Give the key in force; before there is any seal, make it.

    Raises:
        KeyProblem: its file is not there, cannot be read, or holds another key than the trail's.
    """
    known = Key.objects.last()
    if known is None and not key_file().exists():
        write_key(Ed25519PrivateKey.generate(), key_file())
    if known is not None and next_key_file().exists():
        take_over_next_key(known.key_id)
    key = read_key(key_file())
    if known is not None:
        _check_key(key, known.key_id)
    sweep(key_file())
    return key


def _check_key(found: SigningKey, known_id: str) -> None:
    if known_id != found.key_id:
        raise KeyProblem(
            _("%(path)s holds the key %(found)s, but the trail is sealed with %(known)s; put the right file back")
            % {"path": key_file(), "found": found.key_id, "known": known_id}
        )


def read_key(path: Path) -> SigningKey:
    """Read a private key.

    Raises:
        KeyProblem: there is none, or it is no Ed25519 key.
    """
    try:
        private = load_pem_private_key(path.read_bytes(), password=None)
    except OSError as error:
        message = _("the sealing key %(path)s cannot be read (%(why)s); put it back from a backup")
        raise KeyProblem(message % {"path": path, "why": error.strerror}) from error
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise KeyProblem(_("%(path)s is no private key in PEM form") % {"path": path}) from error
    if not isinstance(private, Ed25519PrivateKey):
        raise KeyProblem(_("%(path)s is no Ed25519 key") % {"path": path})
    return SigningKey(private)


def write_key(private: Ed25519PrivateKey, path: Path) -> None:
    """Keep a private key in a file that only its owner may read; a file that is there is left alone."""
    write_whole(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), path)


def introduce(key: SigningKey, endorsed_by: SigningKey) -> Key:
    """Put a key in force from the next seal on, signed by the key before; in the caller's transaction."""
    last = Seal.objects.order_by("-number").values_list("number", flat=True).first() or 0
    row = Key(
        key_id=key.key_id,
        public_key=key.public.hex(),
        first_seal=last + 1,
        introduced_at=timezone.now(),
        endorsed_by=endorsed_by.key_id,
    )
    fields = {name: getattr(row, name) for name in canonical.KEY_FIELDS}
    row.endorsement = endorsed_by.sign(canonical.encode(canonical.KEY, fields)).hex()
    row.save(force_insert=True)
    return row
