"""At most once: a call under a client's own key happens once, and is answered the same for a day.

The key is reserved, with the id of the operation, before the operation; the operation's audit entry takes that id in
the transaction of the change. So whoever finds a reservation without an answer can tell what happened, and even two who
both believe that it is theirs cannot both do it.
"""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from django.contrib.auth.models import User
from django.utils import timezone

from audit.models import Entry
from workflows.engine.transaction import writing
from workflows.models import IdempotencyKey

KEPT = timedelta(hours=24)
PATIENCE = timedelta(seconds=30)
"""How long a call without an answer counts as being at work."""

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_AT_ONCE = 1000


class KeyReused(Exception):  # noqa: N818 (a regular answer)
    """The key was sent before, with something else."""


class StillInProgress(Exception):  # noqa: N818 (a regular answer)
    """The call that was sent with this key before has no answer yet."""


class Reservation(NamedTuple):
    """A key's row. Without an answer it is the caller's to work on; ``happened``: it did, and the answer was lost."""

    row: IdempotencyKey
    happened: Entry | None = None


def reserve(user: User, key: str, fingerprint: str) -> Reservation:
    """Reserve a user's key for a call, or find what came of the call that it was sent with before.

    Raises:
        KeyReused: it was sent with something else.
        StillInProgress: another is at work on the same.
    """
    now = timezone.now()
    with writing():
        first = {"fingerprint": fingerprint, "created_at": now, "taken_at": now}
        row, is_new = IdempotencyKey.objects.get_or_create(user=user, key=key, defaults=first)
    if row.fingerprint != fingerprint:
        raise KeyReused
    if is_new or row.is_answered:
        return Reservation(row)
    _take_over(row, now)
    return Reservation(row, entry_of(row))


def entry_of(row: IdempotencyKey) -> Entry | None:
    """Give the audit entry of a key's call: where there is one, the call has happened or has been refused."""
    return Entry.objects.filter(pk=row.operation_id).first()


def keep(row: IdempotencyKey, status: int, content_type: str, body: str) -> IdempotencyKey:
    """Keep an answer, and give the row as it is kept: whoever answered first is believed."""
    answer = {"status": status, "content_type": content_type, "body": body}
    if not IdempotencyKey.objects.filter(pk=row.pk, status__isnull=True).update(**answer):
        return IdempotencyKey.objects.filter(pk=row.pk).first() or IdempotencyKey(**answer)
    for name, value in answer.items():
        setattr(row, name, value)
    return row


def release(row: IdempotencyKey) -> None:
    """Let the next call with this key find out what happened, without waiting."""
    IdempotencyKey.objects.filter(pk=row.pk, status__isnull=True).update(taken_at=_LONG_AGO)


def expire_keys() -> int:
    """Forget keys that are older than a day, some at a time; give how many."""
    old = IdempotencyKey.objects.filter(created_at__lt=timezone.now() - KEPT).order_by("created_at")
    ids = list(old.values_list("pk", flat=True)[:_AT_ONCE])
    if ids:
        IdempotencyKey.objects.filter(pk__in=ids).delete()
    return len(ids)


def _take_over(row: IdempotencyKey, now: datetime) -> None:
    if row.taken_at > now - PATIENCE:
        raise StillInProgress
    mine = IdempotencyKey.objects.filter(pk=row.pk, taken_at=row.taken_at, status__isnull=True)
    if not mine.update(taken_at=now):
        raise StillInProgress
