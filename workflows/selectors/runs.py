"""Reads of runs: one, and filtered lists, newest first."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from workflows.models import Artifact, Definition, Label, Workflow
from workflows.selectors.errors import Missing
from workflows.selectors.paging import Page, Window, read_page
from workflows.states import RunState

_ID_PREFIX = re.compile(r"[0-9a-f]{4,32}")
_NOT_LISTED = ("input", "output", "definition__input_schema", "definition__description")


@dataclass(frozen=True)
class RunFilter:
    """Which runs: all that every given part fits.

    ``labels`` are pairs that all have to be there. ``q`` is the beginning of an id (four digits or more), a part of a
    definition's name, or the whole of a label's value or of a creator's name. ``since`` and ``until`` are inclusive.
    """

    status: Sequence[RunState] = ()
    definition: str = ""
    labels: Sequence[tuple[str, str]] = ()
    created_by: str = ""
    q: str = ""
    since: datetime | None = None
    until: datetime | None = None


def runs_page(wanted: RunFilter, window: Window) -> Page[Workflow]:
    """Read a page of runs, newest first, without their inputs and outputs."""
    rows = _filtered(wanted).select_related("definition").defer(*_NOT_LISTED)
    return read_page(rows, "id", window, descending=True)


def run_of(workflow_id: UUID | str) -> Workflow:
    """Read a run with its definition and its files, these without their content.

    Raises:
        Missing: there is none of this id.
    """
    files = Prefetch("artifacts", Artifact.objects.defer("content").order_by("name"))
    rows = Workflow.objects.select_related("definition").prefetch_related(files)
    rows = rows.defer("definition__input_schema", "definition__description")
    run = rows.filter(pk=run_id(workflow_id)).first()
    if run is None:
        raise _no_run(workflow_id)
    return run


def plan_id_of(workflow_id: UUID | str) -> int:
    """Give the id of the plan that a run follows, which also tells that there is such a run.

    Raises:
        Missing: there is none of this id.
    """
    found = Workflow.objects.filter(pk=run_id(workflow_id)).values_list("plan_id", flat=True).first()
    if found is None:
        raise _no_run(workflow_id)
    return found


def run_id(text: UUID | str) -> UUID:
    """Read a run's id as people write it.

    Raises:
        Missing: it is not even a UUID.
    """
    try:
        return text if isinstance(text, UUID) else UUID(text)
    except ValueError as error:
        raise _no_run(text) from error


def artifact_of(workflow_id: UUID | str, name: str) -> Artifact:
    """Read a file of a run with its content.

    Raises:
        Missing: the run has none of this name.
    """
    artifact = Artifact.objects.filter(workflow_id=run_id(workflow_id), name=name).first()
    if artifact is None:
        raise Missing(_("the run has no file %(name)s") % {"name": name})
    return artifact


def _filtered(wanted: RunFilter) -> QuerySet[Workflow]:
    rows = Workflow.objects.all()
    if wanted.status:
        rows = rows.filter(status__in=wanted.status)
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


def _found_by(q: str) -> Q:
    names = Definition.objects.filter(name__icontains=q).values("name")
    labelled = Label.objects.filter(value=q).values("workflow")
    found = Q(definition_name__in=names) | Q(created_by_name=q) | Q(pk__in=labelled)
    digits = q.replace("-", "").lower()
    if _ID_PREFIX.fullmatch(digits):
        found |= Q(pk__gte=UUID(digits.ljust(32, "0")), pk__lte=UUID(digits.ljust(32, "f")))
    return found


def _microseconds(at: datetime) -> int:
    return int(at.timestamp()) * 1_000_000 + at.microsecond


def _first_id(milliseconds: int) -> UUID:
    """Give the lowest id that can have been made in a millisecond (UUIDv7 begins with it)."""
    return UUID(int=min(max(milliseconds, 0), 2**48 - 1) << 80)


def _no_run(workflow_id: object) -> Missing:
    return Missing(_("there is no run %(id)s") % {"id": workflow_id})
