"""What retention has taken from the audit trail: what is missing then is no broken promise."""

from datetime import datetime

from audit.models import Seal
from audit.models.trail import Trail
from audit.retention import removed_through


def entries_were_removed(resource_type: str, resource_id: object) -> bool:
    """Whether retention has taken the oldest entries of a resource: what is missing then cannot be told from those."""
    return Trail.objects.filter(resource_type=resource_type, resource_id=str(resource_id), removed__gt=0).exists()


def removed_until() -> datetime | None:
    """Give the time up to which entries of any resource may be gone; ``None``: none may."""
    return Seal.objects.filter(number=removed_through()).values_list("sealed_at", flat=True).first()
