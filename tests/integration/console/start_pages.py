"""The page on which a workflow is started."""

from typing import Any

from django.urls import reverse


def url(name: str = "fire-drill", **query: Any) -> str:
    """Where it is, with a query."""
    return reverse("console:start", args=[name], query=query or None)
