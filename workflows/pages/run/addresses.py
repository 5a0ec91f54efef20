"""Where things of a run are in the console."""

from collections.abc import Callable
from uuid import UUID

from django.urls import reverse
from django.utils.http import urlencode

from workflows.admin.console import run_page
from workflows.models import Workflow
from workflows.states import Operation


def name_of(run: Workflow) -> str:
    """Name a run to a person: its workflow, and the end of its id, which tells it from its neighbours."""
    return f"{run.definition.title} …{str(run.pk)[-8:]}"


def run_url(workflow_id: UUID, tab: str = "", step_id: str = "") -> str:
    """Give the address of a run's page, at a tab and with a selected step where these are named."""
    return run_page(workflow_id, tab, **({"step": step_id} if step_id else {}))


def operation_url(operation: Operation, run: Workflow, step_id: str | None = None, back: str = "") -> str:
    """Give the address of the page that asks whether an operation is to be done; it leads ``back`` afterwards."""
    address = reverse("console:operation", args=[run.pk, operation.value])
    query = {name: value for name, value in (("step", step_id), ("back", back)) if value}
    return f"{address}?{urlencode(query)}" if query else address


def leading_back(back: str) -> Callable[[Operation, Workflow, str | None], str]:
    """Make the addresses of operations that lead back to this page."""
    return lambda operation, run, step_id: operation_url(operation, run, step_id, back)


def back_from(given: str, workflow_id: UUID) -> str:
    """Give the address to go back to: what was asked for where it is a page of this run, else the run's first page.

    Nothing else is led to: addresses are sent around by people, and this one is followed after a change.
    """
    home = run_url(workflow_id)
    return given if given.startswith(home) and not set(given) & set("\\\r\n\0") else home
