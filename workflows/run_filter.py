"""Which runs are meant: the filters that lists and bulk operations have in common."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from workflows.models import Definition, Label, Workflow
from workflows.states import RunState

_ID_PREFIX = re.compile(r"[0-9a-f]{4,32}")
_RARE_DIGITS = 12
"""So much of an id is the millisecond in which the run was made: it fits few runs, as few labels are such numbers."""


@dataclass(frozen=True)
class RunFilter:
    """Which runs: all that every given part fits.

    ``labels`` are pairs that all have to be there. ``q`` is the beginning of an id (four digits or more), a part of a
    definition's name, or the whole of a label's value or of a creator's name. ``since`` and ``until`` are inclusive.
    What begins with ``not_`` leaves runs out: those that any of its values fits.
    """

    status: Sequence[RunState] = ()
    definition: str = ""
    labels: Sequence[tuple[str, str]] = ()
    created_by: str = ""
    q: str = ""
    since: datetime | None = None
    until: datetime | None = None
    not_status: Sequence[RunState] = ()
    not_definition: Sequence[str] = ()
    not_labels: Sequence[tuple[str, str]] = ()
    not_created_by: Sequence[str] = ()

    @property
    def states(self) -> list[RunState]:
        """The states that fitting runs can have."""
        return [state for state in RunState if state in (self.status or RunState) and state not in self.not_status]

    @property
    def is_empty(self) -> bool:
        """Whether it lets every run pass."""
        return not any(asdict(self).values())

    def to_json(self) -> dict[str, Any]:
        """Write it as plain JSON types."""
        parts = {name: value for name, value in asdict(self).items() if value}
        return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in parts.items()}

    @staticmethod
    def from_json(written: Mapping[str, Any]) -> "RunFilter":
        """Read what ``to_json`` wrote."""
        times = {name: datetime.fromisoformat(written[name]) for name in ("since", "until") if name in written}
        return RunFilter(**{**written, **times})


def filtered_runs(wanted: RunFilter) -> QuerySet[Workflow]:
    """Select the runs that fit."""
    rows = _without(wanted, Workflow.objects.all())
    if wanted.status or wanted.not_status:
        rows = rows.filter(status__in=wanted.states)
    if wanted.definition:
        rows = rows.filter(definition_name=wanted.definition)
    if wanted.created_by:
        rows = rows.filter(created_by_name=wanted.created_by)
    for key, value in wanted.labels:
        rows = rows.filter(label_rows__key=key, label_rows__value=value)
    if wanted.q:
        rows = rows.filter(_found_by(wanted.q))
    # The id carries the time of creation, and the list is sorted by it.
    if wanted.since:
        rows = rows.filter(pk__gte=_first_id(-(-_microseconds(wanted.since) // 1000)))
    if wanted.until:
        rows = rows.filter(pk__lt=_first_id(_microseconds(wanted.until) // 1000 + 1))
    return rows


def _without(wanted: RunFilter, rows: QuerySet[Workflow]) -> QuerySet[Workflow]:
    if wanted.not_definition:
        rows = rows.exclude(definition_name__in=wanted.not_definition)
    if wanted.not_created_by:
        rows = rows.exclude(created_by_name__in=wanted.not_created_by)
    for key, value in wanted.not_labels:
        rows = rows.exclude(Exists(Label.objects.filter(workflow=OuterRef("pk"), key=key, value=value)))
    return rows


def _found_by(q: str) -> Q:
    parts = [
        Q(definition_name__in=Definition.objects.filter(name__icontains=q).values("name")),
        Q(created_by_name=q),
        Q(pk__in=Label.objects.filter(value=q).values("workflow")),
    ]
    digits = q.replace("-", "").lower()
    if looks_like_id := _ID_PREFIX.fullmatch(digits):
        parts.append(Q(pk__gte=UUID(digits.ljust(32, "0")), pk__lte=UUID(digits.ljust(32, "f"))))
    if not looks_like_id or len(digits) < _RARE_DIGITS:
        return reduce(or_, parts)
    # A database answers an OR by walking through all runs until a page is full: here that would be all of them.
    rows = Workflow.objects.order_by()
    each = [rows.filter(part).values("pk") for part in parts]
    return Q(pk__in=each[0].union(*each[1:]))


def _microseconds(at: datetime) -> int:
    return int(at.timestamp()) * 1_000_000 + at.microsecond


def _first_id(milliseconds: int) -> UUID:
    """Give the lowest id that can have been made in a millisecond (UUIDv7 begins with it)."""
    return UUID(int=min(max(milliseconds, 0), 2**48 - 1) << 80)
