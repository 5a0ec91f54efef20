"""The only writer of the trail."""

import uuid
from typing import Any

from django.db import transaction
from django.utils import timezone

from audit.actor import Actor
from audit.models import Entry, Result


class AuditError(RuntimeError):
    """An entry was not written in the transaction of its change: the two could come apart."""


def record(
    actor: Actor,
    operation_type: str,
    resource_type: str,
    resource_id: str,
    *,
    result: Result,
    reason_code: str,
    operation_id: uuid.UUID | None = None,
    **details: Any,
) -> Entry:
    """Write one entry in the transaction of the change that it records; ``details`` are further fields of ``Entry``.

    Raises:
        AuditError: no transaction is open.
    """
    if not transaction.get_connection().in_atomic_block:
        raise AuditError("an audit entry belongs into the transaction of its change")
    return Entry.objects.create(
        **({"operation_id": operation_id} if operation_id else {}),
        timestamp=timezone.now(),
        actor=actor.user,
        triggered_by=actor.name,
        surface=actor.surface,
        address=actor.address,
        operation_type=operation_type,
        resource_type=resource_type,
        resource_id=resource_id,
        result=result,
        reason_code=reason_code,
        **details,
    )
