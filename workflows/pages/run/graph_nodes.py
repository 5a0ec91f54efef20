"""One step in the picture of a graph: what its box says, to the eye and to the ear."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from workflows.admin.shown import NOTHING, icon_of, took
from workflows.graph import MAP
from workflows.models.step import STEP_STATE_LABELS
from workflows.pages.run.base import RunPage
from workflows.pages.run.graph_shape import WIDTH, Box, Shape
from workflows.selectors.run_graph import NodeState, RunGraph
from workflows.states import DONE, StepState

_LETTERS = 23
"""Of a name, as far as the box is wide."""
_INSET = 12
_BAR = WIDTH - 2 * _INSET


@dataclass(frozen=True)
class Segment:
    """A piece of the bar under a step: items in one state, or what of the step is done."""

    left: float
    width: float
    status: str


@dataclass(frozen=True)
class DrawnStep:
    """A box; ``spoken`` says all of it in one sentence."""

    key: str
    name: str
    box: Box
    status: str
    icon: str
    words: str
    detail: str
    short: str
    after: tuple[str, ...]
    before: tuple[str, ...]
    url: str
    is_selected: bool
    bar: list[Segment]
    is_fan_out: bool = False
    width: int | None = None
    toggle_url: str = ""
    is_open: bool = False

    @property
    def spoken(self) -> str:
        """What a screen reader says of it."""
        needs = _("after: %(keys)s") % {"keys": ", ".join(self.after)} if self.after else ""
        return ", ".join(filter(None, (self.key, self.words, self.detail, needs)))


def drawn_steps(page: RunPage, drawn: RunGraph, shape: Shape) -> Iterator[DrawnStep]:
    """Make the boxes in reading order: column by column, from above."""
    selected = page.step_id.partition("[")[0]
    opened = page.param("open")
    for key, box in shape.boxes.items():
        node, state = drawn.graph.nodes[key], drawn.states[key]
        is_fan_out, is_open = node.kind == MAP, key == opened
        yield DrawnStep(
            key=key,
            name=key if len(key) <= _LETTERS else f"{key[: _LETTERS - 1]}…",
            box=box,
            status=state.status,
            icon=icon_of(state.status),
            words=str(STEP_STATE_LABELS[StepState(state.status)]),
            detail=_items_in_words(state) if is_fan_out else _detail(state),
            short=_items_in_short(state) if is_fan_out else _detail(state),
            after=node.needs,
            before=drawn.graph.dependents[key],
            url=page.here(step=key),
            is_selected=key == selected,
            bar=_bar(state),
            is_fan_out=is_fan_out,
            width=state.width,
            toggle_url=_toggle_url(page, key, is_open=is_open) if state.width else "",
            is_open=is_open,
        )


def _toggle_url(page: RunPage, key: str, *, is_open: bool) -> str:
    return page.here(open=None if is_open else key, items_after=None, items_before=None)


def _detail(state: NodeState) -> str:
    """Say how long it took, and at which attempt it is where there were several."""
    took_words = took(state)
    attempt = _("attempt %(number)s") % {"number": state.attempts} if state.attempts > 1 else ""
    return ", ".join(filter(None, (took_words if took_words != NOTHING else "", attempt)))


def _items_in_words(state: NodeState) -> str:
    """Say how many of its items are done and, of the others, what a person wants to know first."""
    if state.items is None:
        return _("not open yet") if state.status == StepState.PENDING else ""
    done = sum(state.items[status] for status in DONE)
    parts = [_("%(done)s of %(total)s") % {"done": done, "total": state.width}]
    if failed := state.items[StepState.FAILED]:
        parts.append(ngettext("%(n)d failed", "%(n)d failed", failed) % {"n": failed})
    elif running := state.items[StepState.RUNNING]:
        parts.append(ngettext("%(n)d running", "%(n)d running", running) % {"n": running})
    return ", ".join(parts)


def _items_in_short(state: NodeState) -> str:
    """Say the same on the width of a box, with icons."""
    if not state.items:
        return _items_in_words(state)
    done = sum(state.items[status] for status in DONE)
    told = [_("%(done)s of %(total)s") % {"done": done, "total": state.width}]
    shown = StepState.FAILED if state.items[StepState.FAILED] else StepState.RUNNING
    return " · ".join([*told, *([f"{icon_of(shown)} {state.items[shown]}"] if state.items[shown] else [])])


def _bar(state: NodeState) -> list[Segment]:
    if state.items:
        return list(_segments(state.items))
    progress: Any = state.progress
    if state.status == StepState.RUNNING and progress and progress.get("total"):
        done = min(1.0, max(0.0, progress["done"] / progress["total"]))
        return [Segment(_INSET, round(_BAR * done, 1), StepState.SUCCEEDED)]
    return []


_ORDER = (
    StepState.SUCCEEDED,
    StepState.SKIPPED,
    StepState.FAILED,
    StepState.CANCELLED,
    StepState.RUNNING,
    StepState.WAITING,
)
"""From the left; what has not begun is the empty rest."""


def _segments(items: Counter[str]) -> Iterator[Segment]:
    total, x = items.total(), 0.0
    for status in _ORDER:
        if items[status]:
            width = round(max(1.0, _BAR * items[status] / total), 1)
            yield Segment(round(_INSET + x, 1), round(min(width, _BAR - x), 1), status)
            x = min(_BAR, round(x + width, 1))
