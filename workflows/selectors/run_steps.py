"""Reads of a run's steps for people: the graph's own in one list, the items of a fan-out behind it, on demand."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from workflows.models import Step, Workflow
from workflows.models.step import NOT_AN_ITEM
from workflows.selectors.paging import Page, Window, read_page
from workflows.selectors.steps import current_steps

_LISTED = (
    *("workflow_id", "key", "index", "is_map", "width", "status", "attempt", "session_id", "due_at"),
    *("started_at", "finished_at", "error", "progress", "skip_reason"),
)


@dataclass(frozen=True)
class StepCounts:
    """Steps by state: of the graph's own, and of the items of each fan-out."""

    steps: Counter[str]
    items: dict[str, Counter[str]]

    @property
    def all(self) -> Counter[str]:
        """Steps and items together."""
        return sum(self.items.values(), Counter(self.steps))

    def fan_outs_with(self, status: str) -> list[str]:
        """Name the fan-outs that have items in this state."""
        return [key for key, counts in self.items.items() if counts[status]]


def step_counts(run: Workflow) -> StepCounts:
    """Count a run's steps in one statement, however many there are."""
    counts = StepCounts(Counter(), {})
    is_item = Q(index__gt=NOT_AN_ITEM)
    rows = current_steps(Step.objects.filter(workflow=run)).values_list("key", "is_map", "status")
    for key, is_map, status, items, others in rows.annotate(
        items=Count("pk", filter=is_item), others=Count("pk", filter=~is_item)
    ).order_by():
        if items:
            counts.items.setdefault(key, Counter())[status] += items
        if others:
            counts.steps[status] += others
        if is_map:
            counts.items.setdefault(key, Counter())
    return counts


def listed_steps(run: Workflow, counts: StepCounts, status: str, window: Window) -> Page[Step]:
    """Read a page of the graph's own steps in its order: those in a state, or fan-outs with items in it; or all."""
    rows = _listed(run).filter(index=NOT_AN_ITEM)
    if status:
        rows = rows.filter(Q(status=status) | Q(key__in=counts.fan_outs_with(status)))
    return read_page(rows, "id", window)


def listed_items(run: Workflow, key: str, status: str, window: Window) -> Page[Step]:
    """Read a page of a fan-out's items in their order."""
    rows = current_steps(_listed(run)).filter(key=key, index__gt=NOT_AN_ITEM)
    return read_page(rows.filter(status=status) if status else rows, "index", window)


def _listed(run: Workflow) -> QuerySet[Step]:
    return Step.objects.filter(workflow=run).only(*_LISTED)
