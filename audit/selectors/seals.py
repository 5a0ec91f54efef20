"""Seals: the one that an entry stands under, and how far sealing is behind."""

from uuid import UUID

from django.utils import timezone

from audit.models import Entry, Leaf, Pending, Seal


def seal_of(operation_id: UUID) -> Seal | None:
    """Give the seal that an entry stands under; ``None``: it has none yet."""
    number = Leaf.objects.filter(entry_id=operation_id).values("seal_number")
    return Seal.objects.filter(number__in=number).first()


def seal_lag() -> float:
    """Give the seconds since the oldest entry was written that has no seal yet; 0.0 where all have one."""
    oldest = Pending.objects.order_by("id").values("entry_id")[:1]
    written = Entry.objects.filter(operation_id__in=oldest).values_list("timestamp", flat=True).first()
    return max((timezone.now() - written).total_seconds(), 0.0) if written else 0.0
