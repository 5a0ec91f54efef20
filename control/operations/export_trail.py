"""Handing out the audit trail; that somebody did is on record in it before the first byte."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils import timezone

from audit.actor import Actor
from audit.models import Entry
from audit.selectors.entries import batches_of, count_of
from audit.selectors.entry_filter import EntryFilter
from workflows.operations.on_record import Act, on_record

PERMISSION: Final = "audit.can_export"


@dataclass(frozen=True)
class Export:
    """An export that is permitted and on record; its entries are read when they are asked for."""

    operation_id: UUID
    wanted: EntryFilter

    def count(self) -> int:
        """Count the entries."""
        return count_of(self.wanted)

    def batches(self) -> Iterator[list[Entry]]:
        """Give the entries, the oldest first."""
        return batches_of(self.wanted)


def export_trail(actor: Actor, wanted: EntryFilter, file_format: str) -> Export:
    """Permit an export of what fits and was written until now, so that a busy trail has an end too.

    Raises:
        Refused: ``permission_denied``; it is on record.
    """
    params = {"format": file_format, **wanted.as_params()}
    with on_record(Act(actor, "audit_export", "audit", "trail", PERMISSION, params)) as act:
        pass
    return Export(act.operation_id, replace(wanted, until=_earlier(wanted.until, timezone.now())))


def _earlier(asked: datetime | None, now: datetime) -> datetime:
    return min(asked, now) if asked else now
