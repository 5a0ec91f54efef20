"""Putting a new signing key in the place of the old one."""

from functools import partial
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import transaction

from audit.models import Key
from audit.sealing.drafts import sweep
from audit.sealing.keys import (
    SigningKey,
    current_key,
    introduce,
    next_key_file,
    take_over_next_key,
    write_key,
)
from audit.sealing.turns import SEALS, take_turn


def rotate(*, is_lost: bool = False) -> Key:
    """Make a new key, put it in force from the next seal on, and give it; in the caller's transaction.

    The old key signs the new one. Where it ``is_lost``, the new one signs itself, which every verification reports
    until it is told to trust it. The file is replaced after the commit; a crash in between is made good by whoever
    needs the key next.

    Raises:
        KeyProblem: the old key cannot be used, and is not said to be lost.
    """
    take_turn(SEALS)  # no seal comes in between
    old = None if is_lost else current_key()
    draft: Path = next_key_file()
    draft.unlink(missing_ok=True)
    sweep(draft)
    new = SigningKey(Ed25519PrivateKey.generate())
    write_key(new.private, draft)
    row = introduce(new, endorsed_by=old or new)
    transaction.on_commit(partial(take_over_next_key, row.key_id))
    return row
