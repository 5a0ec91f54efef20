"""Where rows of the records are among the operators' pages, which lead back to the records themselves."""

from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.http import urlencode


def run_page(workflow_id: UUID, tab: str = "", **query: Any) -> str:
    """Give the address of a run's page, at a tab and with parameters where these are named."""
    address = reverse("console:run", args=[workflow_id, tab] if tab else [workflow_id])
    return f"{address}?{urlencode(query)}" if query else address
