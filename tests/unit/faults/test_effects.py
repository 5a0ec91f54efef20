"""The judge of effects believes a true ledger, and finds every lie."""

from dataclasses import replace
from typing import Any

import pytest

from tests.faults.judge.effects import check_effects
from tests.faults.judge.ledger import Line, read
from tests.unit.faults import stories
from tests.unit.faults.stories import LINES, STEPS, S


def rules(lines: Any = LINES, steps: Any = STEPS) -> set[str]:
    return {violation.rule for violation in check_effects(lines, stories.facts(steps=steps))}


def test_a_true_ledger__is_believed() -> None:
    assert rules() == set()


FIRST, AGAIN, DONE, NEXT = LINES
OTHER = replace(DONE, nonce="n2", attempt=1, pid=7, token=1)


def test_a_second_effect_of_a_lost_attempt__is_no_lie() -> None:
    assert rules([*LINES, OTHER]) == set()


@pytest.mark.parametrize(
    ("lines", "rule"),
    [
        ([FIRST, AGAIN], "succeeded_without_effect"),
        ([FIRST, AGAIN, replace(DONE, key="run-1/first/2"), NEXT], "output_of_somebody_else"),
        ([*LINES, OTHER, replace(NEXT, step="third", seen=("n2",))], "two_results_accepted"),
        ([*LINES[:3], replace(NEXT, seen=("n9",))], "output_from_nowhere"),
        ([*LINES, replace(AGAIN, pid=9)], "attempt_ran_twice"),
        ([*LINES, replace(AGAIN, pid=9, attempt=3, is_replay=True), replace(AGAIN, attempt=3, is_replay=True)],
         "attempt_ran_twice"),
        ([FIRST, replace(AGAIN, token=1), DONE, NEXT], "token_used_twice"),
    ],
)  # fmt: skip
def test_a_lie__is_found(lines: list[Line], rule: str) -> None:
    assert rule in rules(lines)


def test_an_output_that_nobody_made__is_found() -> None:
    assert "output_of_somebody_else" in rules(steps=[replace(STEPS[0], nonce="n7")])


def test_read__takes_what_a_killed_process_left_of_a_line(tmp_path: Any) -> None:
    path = tmp_path / "ledger.jsonl"
    whole = '{"at": 2, "pid": 1, "what": "began", "run": "r", "step": "s", "attempt": 1, "key": "k", "seen": ["n"]}'
    path.write_text(f"{whole}\n{whole.replace('2', '1', 1)}\n{whole[:30]}")
    assert [(line.at, line.seen) for line in read(path)] == [(1, ("n",)), (2, ("n",))]
    assert read(tmp_path / "none") == []


def test_seconds__are_nanoseconds_in_the_ledger() -> None:
    assert LINES[0].at == 3 * S
