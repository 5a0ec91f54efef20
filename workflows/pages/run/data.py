"""The tab of values: what the run and the selected step took and gave, and what differs between two attempts."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from workflows.models import Attempt
from workflows.pages.run.base import RunPage
from workflows.pages.run.difference import DiffLine, difference
from workflows.pages.run.json_tree import tree_of
from workflows.pages.run.step_panel import latest_first
from workflows.selectors.run_page import run_values
from workflows.selectors.step_details import StepDetail
from workflows.states import AttemptState


@dataclass(frozen=True)
class Value:
    """A value under its name; ``tree`` is empty where there is none, and ``why_none`` says why."""

    name: str
    title: str
    tree: SafeString | str
    why_none: str = ""


@dataclass(frozen=True)
class AttemptValue:
    """What came of one attempt, as it can be compared with another's."""

    row: Attempt
    result: Any


class DataTab(RunPage):
    """Input, output and error. ``?a=`` and ``?b=`` are the numbers of two attempts at the step to be compared."""

    tab = "data"

    def tab_context(self) -> dict[str, Any]:
        """See ``RunPage``."""
        values = run_values(self.run)
        detail = self.detail
        attempts = attempts_of(detail) if detail else []
        return {
            "values": [
                Value("input", _("Input"), tree_of(values.input)),
                Value("output", _("Output"), *_or_none(values.output, _("The run has no output yet."))),
                Value("error", _("Error"), *_or_none(self.run.error, _("Nothing has gone wrong."))),
            ],
            "step_values": _step_values(detail) if detail else [],
            "files": [(file, reverse("api-run-artifact", args=[self.run.pk, file.name])) for file in values.files],
            "compared": attempts,
            "is_one_step": detail is not None,
            **self._comparison(attempts),
        }

    def _comparison(self, attempts: list[AttemptValue]) -> dict[str, Any]:
        by_number = {value.row.number: value for value in attempts}
        first, second = (by_number.get(self.number(name) or 0) for name in ("a", "b"))
        lines: list[DiffLine] | None = difference(first.result, second.result) if first and second else None
        return {"first": first, "second": second, "diff": lines}


def attempts_of(detail: StepDetail) -> list[AttemptValue]:
    """Give the attempts at a step with their results, the latest first.

    The output of the attempt that counts is the step's; a retry that puts the step back leaves it with the attempt.
    """
    row = detail.row
    found = []
    for attempt in latest_first(detail):
        succeeded = attempt.status == AttemptState.SUCCEEDED and not attempt.is_replay
        output = detail.output if succeeded and attempt.generation == row.generation else attempt.output
        found.append(AttemptValue(attempt, {"output": output, "error": attempt.error}))
    return found


def _step_values(detail: StepDetail) -> list[Value]:
    large = _("It is too large to be shown here; the items show theirs.")
    return [
        Value(
            "step-input",
            _("Input of the step"),
            *_or_none(detail.input, large if "input" in detail.omitted else _("It has no input of its own yet.")),
        ),
        Value(
            "step-output",
            _("Output of the step"),
            *_or_none(detail.output, large if "output" in detail.omitted else _("It has no output yet.")),
        ),
        Value("step-error", _("Error of the step"), *_or_none(detail.row.error, _("Nothing has gone wrong."))),
    ]


def _or_none(value: Any, why_none: str) -> tuple[SafeString | str, str]:
    return ("", why_none) if value is None else (tree_of(value), "")
