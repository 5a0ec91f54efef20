"""Removing old entries: whole sealed segments from the beginning, never the seals.

A signed ``Removal`` permits it; the triggers let exactly those rows go. The rows are deleted in small transactions, by
whoever comes first: a crash on the way leaves a removal that the next clock goes on with.
"""

from collections import Counter
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, Max, OuterRef

from audit import canonical
from audit.models import Entry, Leaf, Removal, Seal, Trail
from audit.sealing.keys import current_key
from audit.sealing.turns import REMOVAL, SEALS, take_turn

BATCH = 1_000


def removable_through(before: datetime) -> int:
    """Give the number of the last seal before the first that was made, or has an entry, at this time or later.

    Seals need not be in the order of their times: a clock may have been set back. 0: there is none to be removed.
    """
    gone = removed_through()
    ahead = Seal.objects.filter(number__gt=gone).order_by("number")
    late = ahead.filter(sealed_at__gte=before).values_list("number", flat=True).first()
    last = late - 1 if late else Seal.objects.aggregate(last=Max("number"))["last"] or 0
    young = Entry.objects.filter(operation_id=OuterRef("entry_id"), timestamp__gte=before)
    leaves = Leaf.objects.filter(Exists(young), seal_number__gt=gone, seal_number__lte=last)
    first = leaves.order_by("seal_number").values_list("seal_number", flat=True).first()
    return first - 1 if first else last


def removed_through() -> int:
    """Give the number of the seal up to which entries may be gone; 0: none may."""
    return Removal.objects.aggregate(last=Max("through"))["last"] or 0


def begin_permitting() -> None:
    """Let nobody else permit a removal or replace the key until the caller's transaction ends.

    What is to be permitted is to be found out after that.
    """
    take_turn(SEALS)


def permit(through: int, operation_id: UUID) -> Removal:
    """Permit the removal of all entries up to a seal, in the transaction of the operation that asks for it.

    Raises:
        KeyProblem: it cannot be signed.
    """
    key = current_key()
    row = Removal(through=through, operation_id=operation_id, key_id=key.key_id)
    fields = {name: getattr(row, name) for name in canonical.REMOVAL_FIELDS}
    row.signature = key.sign(canonical.encode(canonical.REMOVAL, fields)).hex()
    row.save(force_insert=True)
    return row


def left_to_remove() -> int:
    """Count the entries that are permitted to go and are still there."""
    return Leaf.objects.filter(seal_number__lte=removed_through()).count()


def remove_batch(most: int = BATCH) -> int:
    """Remove so many of the entries that are permitted to go, the oldest first, and give how many these were."""
    through = removed_through()
    if not through or not Leaf.objects.filter(seal_number__lte=through).exists():
        return 0
    with transaction.atomic():
        take_turn(REMOVAL)
        order = Leaf.objects.filter(seal_number__lte=through).order_by("seal_number", "index")
        ids = list(order.values_list("entry_id", flat=True)[:most])
        entries = Entry.objects.filter(pk__in=ids)
        gone = Counter(entries.values_list("resource_type", "resource_id"))
        entries.delete()
        Leaf.objects.filter(pk__in=ids).delete()
        for (kind, resource), number in sorted(gone.items()):
            Trail.objects.filter(resource_type=kind, resource_id=resource).update(removed=F("removed") + number)
    return len(ids)
