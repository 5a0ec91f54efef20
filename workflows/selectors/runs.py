"""Reads of runs: one, and filtered lists, newest first."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from workflows.models import Artifact, Workflow
from workflows.run_filter import RunFilter, filtered_runs
from workflows.selectors.errors import Missing
from workflows.selectors.paging import Page, Window, read_page

_NOT_LISTED = ("input", "output", "definition__input_schema", "definition__description")


def runs_page(wanted: RunFilter, window: Window) -> Page[Workflow]:
    """Read a page of runs, newest first, without their inputs and outputs."""
    rows = filtered_runs(wanted).select_related("definition").defer(*_NOT_LISTED)
    return read_page(rows, "id", window, descending=True)


def runs_by_id(ids: Sequence[UUID]) -> list[Workflow]:
    """Read these runs as ``runs_page`` does, in this order; those that are gone are left out."""
    found = Workflow.objects.select_related("definition").defer(*_NOT_LISTED).in_bulk(ids)
    return [found[workflow_id] for workflow_id in ids if workflow_id in found]


def newest_ids(rows: QuerySet[Workflow], most: int) -> list[UUID]:
    """Give the ids of the newest of these runs."""
    return list(rows.order_by("-pk").values_list("pk", flat=True)[:most])


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


def last_event_of(workflow_id: UUID | str) -> tuple[UUID, int]:
    """Give a run's id and the number of its last event.

    Raises:
        Missing: there is none of this id.
    """
    found = Workflow.objects.filter(pk=run_id(workflow_id)).values_list("pk", "event_seq").first()
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


def _no_run(workflow_id: object) -> Missing:
    return Missing(_("there is no run %(id)s") % {"id": workflow_id})
