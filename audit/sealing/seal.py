"""Making seals. Entries are never touched and nobody who writes one waits: what a seal needs is read beforehand."""

import logging
from collections.abc import Sequence
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from audit import canonical
from audit.failpoints import crash_point
from audit.leaves import leaf_of
from audit.models import Entry, Key, Leaf, Pending, Seal
from audit.sealing import heads
from audit.sealing.keys import SigningKey, current_key, introduce
from audit.sealing.merkle import root_of
from audit.sealing.turns import SEALS, take_turn

logger = logging.getLogger(__name__)

MOST = 1_000
"""Entries below one seal: their rows are written in one transaction, which on SQLite holds the only write lock."""


def is_sealing_due() -> bool:
    """Tell whether there is something to seal, or a head to be written."""
    return Pending.objects.exists() or heads.is_behind()


def seal_entries() -> int:
    """Seal all entries that have no seal yet, and give how many these were.

    Any number of processes may do this at once: a seal's number and an entry's leaf exist once, so that of two that
    seal the same entries one gives way.

    Raises:
        KeyProblem: the key cannot be used; nothing was sealed.
    """
    sealed = 0
    while waiting := list(Pending.objects.order_by("id").values_list("entry_id", flat=True)[:MOST]):
        key = current_key()
        if not _seal(waiting, key):
            break
        sealed += len(waiting)
        if len(waiting) < MOST:
            break
    heads.write_missing()
    return sealed


def _seal(entry_ids: Sequence[UUID], key: SigningKey) -> bool:
    """Put these entries below the next seal; ``False``: somebody else was faster."""
    entries = Entry.objects.in_bulk(entry_ids)
    order = [entry_id for entry_id in entry_ids if entry_id in entries]
    hashes = [leaf_of(entries[entry_id]) for entry_id in order]
    root = root_of(hashes).hex()
    try:
        with transaction.atomic():
            take_turn(SEALS)
            last = Seal.objects.order_by("-number").first()
            if last and not _is_in_force(key):
                return False
            seal = _next(last, len(order), root, key)
            Leaf.objects.bulk_create(
                Leaf(entry_id=entry_id, seal_number=seal.number, index=index, leaf_hash=leaf.hex())
                for index, (entry_id, leaf) in enumerate(zip(order, hashes, strict=True))
            )
            seal.save(force_insert=True)
            Pending.objects.filter(entry_id__in=entry_ids).delete()
            crash_point("seal.before_commit")
    except IntegrityError as error:
        logger.info("Another process has sealed these entries (%s).", error)
        _forget_sealed(entry_ids)
        return False
    crash_point("seal.after_commit")
    return True


def _forget_sealed(entry_ids: Sequence[UUID]) -> None:
    """Take out of the queue what has its seal already, lest it stands in the way of all that comes behind."""
    sealed = Leaf.objects.filter(entry_id__in=entry_ids)
    Pending.objects.filter(entry_id__in=list(sealed.values_list("entry_id", flat=True))).delete()


def _is_in_force(key: SigningKey) -> bool:
    """Tell whether the key is still the newest: asked in its own turn, which a rotation waits for too."""
    newest = Key.objects.last()
    return newest is not None and newest.key_id == key.key_id


def _next(last: Seal | None, size: int, root: str, key: SigningKey) -> Seal:
    if last is None and not Key.objects.exists():
        introduce(key, endorsed_by=key)
    seal = Seal(
        number=last.number + 1 if last else 1,
        sealed_at=timezone.now(),
        size=size,
        total=(last.total if last else 0) + size,
        root=root,
        previous=heads.digest_of(last) if last else canonical.NO_SEAL,
        key_id=key.key_id,
    )
    seal.signature = key.sign(heads.signed_bytes(seal)).hex()
    return seal


def queue_forgotten() -> int:
    """Queue the entries that have neither a seal nor a place in the queue: written while a trigger was missing."""
    sealed = Leaf.objects.filter(entry_id=OuterRef("operation_id"))
    queued = Pending.objects.filter(entry_id=OuterRef("operation_id"))
    forgotten = Entry.objects.filter(~Exists(sealed), ~Exists(queued)).order_by("operation_id")
    ids = list(forgotten.values_list("operation_id", flat=True))
    Pending.objects.bulk_create((Pending(entry_id=entry_id) for entry_id in ids), 1_000, ignore_conflicts=True)
    return len(ids)
