"""The tab of steps: one row for each step of the graph; a fan-out's items stand below it when it is opened."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.safestring import SafeString

from workflows.admin.shown import icon_of, state
from workflows.models import Step
from workflows.models.step import STEP_STATE_LABELS
from workflows.pages.run.base import RunPage
from workflows.selectors.paging import Page, Window
from workflows.selectors.run_steps import StepCounts, listed_items, listed_steps, step_counts
from workflows.states import StepState

STEPS_AT_ONCE, ITEMS_AT_ONCE = 500, 100


@dataclass(frozen=True)
class Choice:
    """One state to filter by, with how many steps are in it."""

    shown: SafeString
    count: int
    url: str
    is_chosen: bool


@dataclass(frozen=True)
class Items:
    """A page of the items of an opened fan-out."""

    rows: list["Row"]
    earlier_url: str
    later_url: str


@dataclass(frozen=True)
class Row:
    """One step; of a fan-out the counts of its items by state, and its items where it is open."""

    step: Step
    url: str
    is_selected: bool
    toggle_url: str = ""
    counts: list[SafeString] = field(default_factory=list)
    items: Items | None = None

    @property
    def error(self) -> str:
        """What went wrong, in one line."""
        return str((self.step.error or {}).get("message", ""))


class StepsTab(RunPage):
    """The steps of a run. ``?status=`` filters, ``?open=`` names the fan-out whose items are shown."""

    tab = "steps"

    @property
    def status(self) -> str:
        """The state that is filtered by; ``""``: none, or what is no state."""
        given = self.param("status")
        return given if given in set(StepState) else ""

    @cached_property
    def counts(self) -> StepCounts:
        """The steps by state."""
        return step_counts(self.run)

    def tab_context(self) -> dict[str, Any]:
        """See ``RunPage``."""
        page = listed_steps(self.run, self.counts, self.status, _window(STEPS_AT_ONCE, self.number, "steps"))
        return {
            "choices": list(self._choices()),
            "rows": [self._row(step) for step in page.rows],
            "is_filtered": bool(self.status),
            "all_url": self.here(status=None, steps_after=None, steps_before=None),
            "earlier_url": self._neighbour("steps_before", page.before, "steps_after"),
            "later_url": self._neighbour("steps_after", page.after, "steps_before"),
        }

    def _choices(self) -> Iterator[Choice]:
        counts = self.counts.all
        for status in StepState:
            if counts[status] or status == self.status:
                url = self.here(status=None if status == self.status else status.value)
                yield Choice(shown_state(status), counts[status], url, status == self.status)

    def _row(self, step: Step) -> Row:
        is_open = step.is_map and self.param("open") == step.key
        return Row(
            step,
            url=self.here(step=step.wire_id),
            is_selected=step.wire_id == self.step_id,
            toggle_url=self._toggle_url(step, is_open),
            counts=counted(self.counts.items.get(step.key, Counter())) if step.is_map else [],
            items=self._items(step.key) if is_open else None,
        )

    def _toggle_url(self, step: Step, is_open: bool) -> str:
        if not step.is_map or not step.width:
            return ""
        return self.here(open=None if is_open else step.key, items_after=None, items_before=None)

    def _items(self, key: str) -> Items:
        window = _window(ITEMS_AT_ONCE, self.number, "items")
        page: Page[Step] = listed_items(self.run, key, self.status, window)
        return Items(
            [Row(step, self.here(step=step.wire_id), step.wire_id == self.step_id) for step in page.rows],
            self._neighbour("items_before", page.before, "items_after"),
            self._neighbour("items_after", page.after, "items_before"),
        )

    def _neighbour(self, name: str, key: Any, other: str) -> str:
        return "" if key is None else self.here(**{name: str(key), other: None})


def shown_state(status: str, count: int | None = None) -> SafeString:
    """Show a step's state, with a number in front of the word where one is given."""
    words = str(STEP_STATE_LABELS[StepState(status)])
    return state(status, words if count is None else f"{count} {words}", icon_of(status))


def counted(counts: Counter[str]) -> list[SafeString]:
    """Show how many items are in each state."""
    return [shown_state(status, counts[status]) for status in StepState if counts[status]]


def _window(size: int, number: Any, prefix: str) -> Window:
    before = number(f"{prefix}_before")
    return Window(size, after=None if before is not None else number(f"{prefix}_after"), before=before)
