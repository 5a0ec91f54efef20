"""The judge of ends, and the measuring of recoveries."""

from dataclasses import replace
from typing import Any

import pytest

from tests.faults.judge.ends import check_ends
from tests.faults.judge.facts import Attempt, Event, Step
from tests.faults.judge.recovery import Recovery, histogram, recoveries
from tests.faults.kinds.fault import Kill
from tests.faults.load.journal import Record
from tests.unit.faults import stories
from tests.unit.faults.stories import ATTEMPTS, EVENTS, JOB, LINES, RUN, STEPS, S


def rules(records: list[Record] | None = None, **changed: Any) -> set[str]:
    told = stories.records() if records is None else records
    return {violation.rule for violation in check_ends(told, stories.facts(**changed))}


def test_a_true_story__is_believed() -> None:
    assert rules() == set()


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"runs": [replace(RUN, status="running")]}, "not_settled"),
        ({"runs": [replace(RUN, in_flight=1)]}, "not_settled"),
        ({"runs": [replace(RUN, status="completed")]}, "last_word_does_not_hold"),
        ({"runs": [replace(RUN, status="completed")]}, "completed_with_open_step"),
        ({"runs": [replace(RUN, status="cancelled")]}, "cancelled_unasked"),
        ({"runs": [replace(RUN, status="completed", definition="faults-failing")]}, "completed_against_nature"),
        ({"steps": [replace(STEPS[0], is_leased=True)]}, "lease_left_over"),
        ({"steps": [Step("run-1", "take-the-worker-along", "failed", error="step_failed")]}, "poison_failed_otherwise"),
        ({"steps": [Step("run-1", "take-the-worker-along", "succeeded")]}, "poison_succeeded"),
        ({"attempts": [*ATTEMPTS, Attempt("run-1", "first", 3, 1, 3, "running")]}, "attempt_left_over"),
        ({"attempts": [*ATTEMPTS, Attempt("run-1", "first", 3, 1, 3, "succeeded")]}, "two_attempts_succeeded"),
        ({"attempts": [replace(ATTEMPTS[0], status="succeeded"), replace(ATTEMPTS[1], status="late")]},
         "old_token_accepted"),
        ({"attempts": [ATTEMPTS[0], replace(ATTEMPTS[1], token=1)]}, "tokens_do_not_rise"),
        ({"attempts": [*ATTEMPTS, Attempt("run-1", "first", 3, 1, 2, "queued", is_replay=True)]}, "attempt_left_over"),
        ({"attempts": [ATTEMPTS[0], replace(ATTEMPTS[1], status="failed", error="step_failed")]},
         "failed_against_nature"),
        ({"jobs": [replace(JOB, status="running")]}, "bulk_job_left_over"),
        ({"events": [EVENTS[0], EVENTS[2]]}, "gap_in_history"),
        ({"events": [*EVENTS, Event("run-1", 4, "step_started")]}, "step_started_in_a_closed_run"),
    ],
)  # fmt: skip
def test_a_lie__is_found(changed: dict[str, Any], rule: str) -> None:
    assert rule in rules(**changed)


def test_a_pause_that_nobody_asked_for__is_found() -> None:
    assert rules([stories.created()]) == {"paused_unasked"}


def test_last_word__says_nothing_where_it_was_not_clear_who_had_it() -> None:
    resumed = Record("x", "resume", ("run-1",), sendings=[stories.answered({}, 200, 9, 12)])
    assert "last_word_does_not_hold" not in rules(
        [*stories.records(), resumed], runs=[replace(RUN, status="completed")]
    )


def test_recoveries__are_from_the_kill_to_the_next_beginning() -> None:
    killed_inside, killed_idle = Kill(7, 3 * S + S // 2, "x"), Kill(8, 5 * S + 1, "x")
    found = recoveries(LINES, [killed_inside, killed_idle], [])
    assert found == [Recovery("run-1/first/1", "x", killed_inside.at, 0.5)]
    counts = histogram([*found, replace(found[0], seconds=7.0), replace(found[0], seconds=50.0)])
    assert {edge for edge, count in counts.items() if count} == {"< 1 s", "< 10 s", "≥ 40 s"}
    assert not recoveries(LINES, [killed_inside], [Record("x", "pause", ("run-1",))]), "somebody may have held it"


def test_step_that_lacks_what_was_skipped__fails_by_nature() -> None:
    attempts = [ATTEMPTS[0], replace(ATTEMPTS[1], status="failed", error="permanent_error")]
    skip = Record("x", "skip_step", ("run-1",), sendings=[stories.answered({}, 200, 3, 4)])
    assert "failed_against_nature" in rules(attempts=attempts)
    assert "failed_against_nature" not in rules([*stories.records(), skip], attempts=attempts)
