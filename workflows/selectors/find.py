"""Finding by what people type: runs by the beginning of an id, workflows by a part of their name."""

import re
from typing import Final
from uuid import UUID

from django.db.models import Q

from workflows.models import Definition, Workflow

_DIGITS: Final = re.compile(r"[0-9a-f]{4,32}")


def runs_beginning_with(text: str, most: int) -> list[Workflow]:
    """Give the newest runs whose id begins as the text does; fewer than four digits find nothing."""
    digits = text.replace("-", "").replace("…", "").lower()
    if not _DIGITS.fullmatch(digits):
        return []
    runs = Workflow.objects.select_related("definition").defer("input", "output", "definition__input_schema")
    first, last = UUID(digits.ljust(32, "0")), UUID(digits.ljust(32, "f"))
    return list(runs.filter(pk__gte=first, pk__lte=last).order_by("-pk")[:most])


def definitions_named(text: str, most: int) -> list[Definition]:
    """Give workflows in force with the text in their name or title, by title."""
    rows = Definition.objects.filter(Q(name__icontains=text) | Q(title__icontains=text), is_current=True)
    return list(rows.only("name", "title").order_by("title", "name")[:most])
