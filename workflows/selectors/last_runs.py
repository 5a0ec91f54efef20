"""How the last runs of workflows went: a few of each, however many there are."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from django.db.models import QuerySet, Value

from workflows.models import Workflow

AT_ONCE: Final = 50
"""Workflows that are asked for in one statement."""


def last_runs(names: Sequence[str], most: int) -> dict[str, list[Workflow]]:
    """Give the newest runs of each workflow, the newest first, with no more of them than id and state."""
    found: dict[str, list[Workflow]] = {name: [] for name in names}
    for start in range(0, len(names), AT_ONCE):
        arms = [_newest(name, most) for name in names[start : start + AT_ONCE]]
        for name, pk, status in arms[0].union(*arms[1:], all=True) if len(arms) > 1 else arms[0]:
            found[name].append(Workflow(pk=pk, status=status, definition_name=name))
    return {name: sorted(runs, key=lambda run: run.pk, reverse=True) for name, runs in found.items()}


def _newest(name: str, most: int) -> QuerySet[Workflow, tuple[str, UUID, str]]:
    newest = Workflow.objects.filter(definition_name=name).order_by("-pk").values("pk")[:most]
    # One level deeper, since not every database takes a limit inside a union.
    rows = Workflow.objects.filter(pk__in=newest).order_by()
    return rows.annotate(name=Value(name)).values_list("name", "pk", "status")
