"""Reads of what the page of a run shows whatever its tab."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Min
from django.utils.translation import gettext as _

from workflows.models import Artifact, Attempt, Workflow
from workflows.selectors.errors import Missing
from workflows.states import AttemptState

_VALUES = ("input", "output", "definition__input_schema", "definition__description")


def run_head(workflow_id: UUID) -> Workflow:
    """Read a run with its definition in one statement, without the values that may be large.

    Raises:
        Missing: there is none of this id.
    """
    run = Workflow.objects.select_related("definition").defer(*_VALUES).filter(pk=workflow_id).first()
    if run is None:
        raise Missing(_("there is no run %(id)s") % {"id": workflow_id})
    return run


def oldest_in_flight(run: Workflow) -> datetime | None:
    """Give the time at which the oldest attempt in flight began; ``None``: none is, which takes no statement."""
    if not run.in_flight:
        return None
    running = Attempt.objects.filter(workflow=run, status=AttemptState.RUNNING, is_replay=False)
    found: datetime | None = running.aggregate(oldest=Min("started_at"))["oldest"]
    return found


@dataclass(frozen=True)
class RunValues:
    """What a run took and gave; ``files`` come without their content."""

    input: Any
    output: Any
    files: list[Artifact]


def run_values(run: Workflow) -> RunValues:
    """Read them in two statements."""
    given, output = Workflow.objects.values_list("input", "output").get(pk=run.pk)
    files = Artifact.objects.filter(workflow=run).defer("content").order_by("name")
    return RunValues(given, output, list(files))
