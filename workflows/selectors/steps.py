"""Reads of a run's steps: lists, and how far fan-outs are."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from workflows.engine.plans import graph_of
from workflows.graph import Graph, Node
from workflows.models import Step
from workflows.models.step import NOT_AN_ITEM
from workflows.selectors.paging import Page, Window, read_page
from workflows.selectors.runs import plan_id_of, run_id
from workflows.states import DONE, StepState

_WIRE_ID = re.compile(r"(?P<key>.+?)(?:\[(?P<index>\d{1,9})\])?")
_NOT_LISTED = ("item", "output", "checkpoint")


@dataclass(frozen=True)
class StepFilter:
    """Which steps: those in one of these states, and of this key; a fan-out comes with its ``items`` or without."""

    status: Sequence[StepState] = ()
    key: str = ""
    items: bool = True


@dataclass(frozen=True)
class FanOutCounts:
    """How far a fan-out is, in items."""

    done: int = 0
    total: int = 0
    failed: int = 0
    running: int = 0


@dataclass(frozen=True)
class StepView:
    """A step with what its graph says of it; ``counts`` for a fan-out only."""

    row: Step
    node: Node
    counts: FanOutCounts | None

    @property
    def id(self) -> str:
        """The step's id as clients see it."""
        return self.row.wire_id

    @property
    def kind(self) -> str:
        """``step``, ``map`` (a fan-out) or ``item`` (of one)."""
        if self.row.is_map:
            return "map"
        return "step" if self.row.index == NOT_AN_ITEM else "item"

    @property
    def progress(self) -> Any:
        """What the step told last; a fan-out tells its items."""
        return self.counts or self.row.progress


def steps_page(workflow_id: UUID | str, wanted: StepFilter, window: Window) -> Page[Step]:
    """Read a page of a run's steps: in the order of the graph, items behind them in the order in which they were made.

    Raises:
        Missing: there is no such run.
    """
    rows = current_steps(Step.objects.filter(workflow_id=run_id(workflow_id))).defer(*_NOT_LISTED)
    if wanted.status:
        rows = rows.filter(status__in=wanted.status)
    if wanted.key:
        rows = rows.filter(key=wanted.key)
    if not wanted.items:
        rows = rows.filter(index=NOT_AN_ITEM)
    return read_page(rows, "id", window)


def views_of(workflow_id: UUID | str, rows: Sequence[Step]) -> list[StepView]:
    """Add to steps what the run's graph says of them, and how far the fan-outs among them are.

    Raises:
        Missing: there is no such run.
    """
    graph = graph_of(plan_id_of(workflow_id))
    counts = counts_of(run_id(workflow_id), [row.key for row in rows if row.is_map])
    return [step_view(row, graph, counts.get(row.key)) for row in rows]


def step_view(row: Step, graph: Graph, counts: FanOutCounts | None) -> StepView:
    """Put a step together with its node; a fan-out that is not open yet has no items."""
    return StepView(row, graph.nodes[row.key], (counts or FanOutCounts()) if row.is_map else None)


def counts_of(workflow_id: UUID, keys: Collection[str]) -> dict[str, FanOutCounts]:
    """Count the items of these fan-outs by state, in one statement."""
    if not keys:
        return {}
    items = current_steps(Step.objects.filter(workflow_id=workflow_id, key__in=keys, index__gt=NOT_AN_ITEM))
    rows = items.values("key").annotate(
        done_items=Count("pk", filter=Q(status__in=DONE)),
        all_items=Count("pk"),
        failed_items=Count("pk", filter=Q(status=StepState.FAILED)),
        running_items=Count("pk", filter=Q(status=StepState.RUNNING)),
    )
    return {
        row["key"]: FanOutCounts(row["done_items"], row["all_items"], row["failed_items"], row["running_items"])
        for row in rows
    }


def current_steps(rows: QuerySet[Step]) -> QuerySet[Step]:
    """Leave out items that a fan-out had when it was opened before, and has no more."""
    fan_out = Step.objects.filter(workflow_id=OuterRef("workflow_id"), key=OuterRef("key"), index=NOT_AN_ITEM)
    return rows.exclude(Exists(fan_out.filter(width__lte=OuterRef("index"))))


def running_steps(workflow_id: UUID | str, at_most: int) -> list[str]:
    """Name some of the steps that run now; fan-outs stand for their items."""
    rows = Step.objects.filter(workflow_id=run_id(workflow_id), status=StepState.RUNNING, index=NOT_AN_ITEM)
    return list(rows.order_by("id").values_list("key", flat=True)[:at_most])


def parse_wire_id(text: str) -> tuple[str, int]:
    """Read a step's id as clients write it: its key, and its place in a fan-out (``NOT_AN_ITEM``: none)."""
    match = _WIRE_ID.fullmatch(text)
    if match is None:
        return text, NOT_AN_ITEM
    return match["key"], NOT_AN_ITEM if match["index"] is None else int(match["index"])
