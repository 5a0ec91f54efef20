"""The only writer of the trail."""

import uuid
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from audit import canonical, request_id
from audit.actor import Actor
from audit.failpoints import seeded_bug
from audit.models import Entry, Result
from audit.models.trail import Trail
from audit.operations import require
from audit.redaction import redact, redact_text


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
    params: Any = None,
    reason: str = "",
    error_message: str = "",
    duration_ms: float = 0.0,
    **details: Any,
) -> Entry:
    """Write one entry in the transaction of the change that it records; ``details`` are further fields of ``Entry``.

    Raises:
        AuditError: no transaction is open.
        UnknownOperationError: nobody registered the operation's name.
    """
    require(operation_type)
    if not transaction.get_connection().in_atomic_block:
        raise AuditError("an audit entry belongs into the transaction of its change")
    resource_id = redact_text(resource_id)[:200]
    entry = Entry(
        **({"operation_id": operation_id} if operation_id else {}),
        timestamp=timezone.now(),
        actor_id=str(actor.user.pk) if actor.user else "",
        triggered_by=actor.name,
        surface=actor.surface,
        address=actor.address[:64],
        request_id=request_id.current(),
        operation_type=operation_type,
        resource_type=resource_type,
        resource_id=resource_id,
        seq=_next_place(resource_type, resource_id),
        result=result,
        reason_code=reason_code,
        params_json=canonical.dumps(redact({} if params is None else params)),
        reason=redact_text(reason),
        error_message=redact_text(error_message),
        duration_us=round(duration_ms * 1000),
        **details,
    )
    if not seeded_bug("missing_audit_entry"):
        entry.save(force_insert=True)
    return entry


_NEXT_PLACE = (
    f'INSERT INTO "{Trail._meta.db_table}" (resource_type, resource_id, length, removed) VALUES (%s, %s, 1, 0) '  # noqa: S608 (the table's own name)
    f'ON CONFLICT (resource_type, resource_id) DO UPDATE SET length = "{Trail._meta.db_table}".length + 1 '
    "RETURNING length"
)


def _next_place(resource_type: str, resource_id: str) -> int:
    """Give the next place in a resource's trail; whoever else wants one waits until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(_NEXT_PLACE, [resource_type, resource_id])
        return int(cursor.fetchone()[0])
