"""The heads of the chain, one line of JSON for each seal, in a file outside the database.

Whoever can write the database can cut the chain's end off; this file, or a copy of its last line kept elsewhere, shows
it. It is written after the commit, so that it is never ahead of the database, and what a crash left out follows.
"""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings

from audit import canonical
from audit.failpoints import crash_point
from audit.models import Key, Seal

_TAIL_BYTES = 8192
AT_ONCE = 2_000
"""Heads that are made before they are written: a file that was lost is made anew from the first seal on."""


def heads_file() -> Path:
    """Say where the heads are kept."""
    return Path(settings.VENOM_AUDIT_HEADS)


def newest_head() -> dict[str, Any] | None:
    """Give the head of the last seal, or ``None`` before the first."""
    seal = Seal.objects.order_by("-number").first()
    return _head(seal, _public_keys()) if seal else None


def _head(seal: Seal, public_keys: Mapping[str, str]) -> dict[str, Any]:
    """Give what proves later that this seal was there: its fields, its digest, its signature and the public key."""
    plain = {name: canonical.plain(getattr(seal, name)) for name in canonical.SEAL_FIELDS}
    public = public_keys.get(seal.key_id)  # not there: whoever verifies says so
    return {**plain, "signature": seal.signature, "digest": digest_of(seal), "public_key": public}


def signed_bytes(seal: Seal) -> bytes:
    """Give what is signed of a seal."""
    return canonical.encode(canonical.SEAL, {name: getattr(seal, name) for name in canonical.SEAL_FIELDS})


def digest_of(seal: Seal) -> str:
    """Give the digest by which the next seal names this one."""
    return canonical.seal_digest(signed_bytes(seal), bytes.fromhex(seal.signature))


def is_behind() -> bool:
    """Tell whether the file lacks a head."""
    last = _last_sealed()
    return last > _last_written(last)


def write_missing() -> int:
    """Append the heads that the file does not have yet, some at a time, and give how many these were."""
    last, count = _last_written(_last_sealed()), 0
    while seals := list(Seal.objects.filter(number__gt=last).order_by("number")[:AT_ONCE]):
        public_keys = _public_keys()
        _append([canonical.dumps(_head(seal, public_keys)) + "\n" for seal in seals])
        last, count = seals[-1].number, count + len(seals)
    if count:
        crash_point("seal.after_head")
    return count


def _append(lines: Sequence[str]) -> None:
    path = heads_file()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a") as file:
        file.write("".join(lines))
        file.flush()
        os.fsync(file.fileno())


def _public_keys() -> dict[str, str]:
    """Give the public keys by their names; to be read after the seals that they signed."""
    return dict(Key.objects.values_list("key_id", "public_key"))


def _last_sealed() -> int:
    return Seal.objects.order_by("-number").values_list("number", flat=True).first() or 0


def _last_written(last_sealed: int) -> int:
    """Give the number of the last seal whose line is whole; a line that a crash cut short is ended first.

    A line about a seal that is not there cannot be ours: it must not keep the heads of others out of the file.
    """
    path = heads_file()
    if not path.exists():
        return 0
    with path.open("rb+") as file:
        end = file.seek(0, os.SEEK_END)
        file.seek(max(0, end - _TAIL_BYTES))
        tail = file.read()
        if tail and not tail.endswith(b"\n"):
            file.write(b"\n")
    numbers = (_number_in(line) for line in reversed(tail.splitlines()))
    return next((number for number in numbers if 0 < number <= last_sealed), 0)


def _number_in(line: bytes) -> int:
    """Give the number of the seal that a line is about; 0: it is no head."""
    try:
        number = json.loads(line)["number"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return 0
    return number if type(number) is int else 0
