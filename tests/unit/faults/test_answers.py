"""The judge of answers believes a true story, and finds every lie."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.faults.judge.answers import check_answers
from tests.faults.load.journal import Outcome, Record, Sending
from tests.unit.faults import stories
from tests.unit.faults.stories import BULK_ENTRY, CREATION, JOB, PART, PAUSE, REFUSAL, RUN, S


def rules(records: list[Record], **changed: Any) -> set[str]:
    return {violation.rule for violation in check_answers(records, stories.facts(**changed))}


def test_a_true_story__is_believed() -> None:
    assert rules(stories.records()) == set()
    told = [CREATION, PAUSE, REFUSAL, BULK_ENTRY, PART]
    assert rules(stories.records(stories.bulk()), entries=told, jobs=[JOB]) == set()


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"runs": []}, "acknowledged_but_lost"),
        ({"runs": [RUN, replace(RUN, id="run-2")]}, "created_more_than_once"),
        ({"runs": [RUN, replace(RUN, id="run-2", journal="?")]}, "run_that_nobody_asked_for"),
        ({"entries": [PAUSE, REFUSAL]}, "creation_not_once_on_record"),
        ({"entries": [CREATION, REFUSAL]}, "answered_but_not_on_record"),
        ({"entries": [CREATION, PAUSE]}, "answered_but_not_on_record"),
        ({"entries": [CREATION, PAUSE, REFUSAL, replace(PAUSE, operation_id="op-9")]}, "happened_more_than_once"),
        ({"entries": [CREATION, PAUSE, replace(REFUSAL, result="success")]}, "refused_but_happened"),
        ({"entries": [CREATION, replace(PAUSE, result="failure"), REFUSAL]}, "record_differs_from_answer"),
        ({"entries": [CREATION, replace(PAUSE, resource="run-2"), REFUSAL]}, "record_differs_from_answer"),
        ({"entries": [CREATION, PAUSE, REFUSAL, replace(PAUSE, operation_id="x", journal="?")]},
         "entry_that_nobody_asked_for"),
    ],
)  # fmt: skip
def test_a_lie_of_the_database__is_found(changed: dict[str, Any], rule: str) -> None:
    assert rule in rules(stories.records(), **changed)


@pytest.mark.parametrize(
    ("entries", "job", "rule"),
    [
        ([BULK_ENTRY, PART, replace(PART, operation_id="op-4")], JOB, "bulk_part_more_than_once"),
        ([BULK_ENTRY], JOB, "bulk_result_not_on_record"),
        ([PART], JOB, "answered_but_not_on_record"),
        ([BULK_ENTRY, PART], replace(JOB, items=()), "bulk_run_left_out"),
        ([BULK_ENTRY, PART, replace(PART, parent="job-2", resource="run-2")], JOB, "happened_more_than_once"),
    ],
)
def test_a_lie_about_a_bulk_operation__is_found(entries: list[Any], job: Any, rule: str) -> None:
    told = [CREATION, PAUSE, REFUSAL, *entries]
    assert rule in rules(stories.records(stories.bulk()), entries=told, jobs=[job])


def test_an_open_wish__may_have_happened_or_not_but_not_twice() -> None:
    silent = Record("u1", "cancel", ("run-1",), sendings=[Sending(10 * S)])
    happened = replace(PAUSE, operation_id="op-5", type="cancel", journal="u1")
    own = [CREATION, PAUSE, REFUSAL]
    assert rules(stories.records(silent), entries=own) == set()
    assert rules(stories.records(silent), entries=[*own, happened]) == set()
    twice = [*own, happened, replace(happened, operation_id="op-6")]
    assert rules(stories.records(silent), entries=twice) == {"happened_more_than_once"}


def test_two_answers_to_one_key__have_to_agree() -> None:
    record = stories.paused()
    record.sendings.append(stories.answered({"operation_id": "op-1", "reason_code": "forbidden_transition"}, 409))
    assert "answered_differently" in rules([stories.created(), record, stories.refused()])


@pytest.mark.parametrize(("status", "found"), [(500, {"server_error"}), (503, set())])
def test_an_error_of_the_portal__is_not_an_answer(status: int, found: set[str]) -> None:
    record = Record("e1", "cancel", ("run-1",), sendings=[stories.answered({"detail": "?"}, status)])
    assert rules(stories.records(record)) == found


@pytest.mark.parametrize(
    ("make", "outcome"),
    [
        (lambda: [Sending(1)], Outcome.UNKNOWN),
        (lambda: [Sending(1), stories.answered({}, 200)], Outcome.ACKNOWLEDGED),
        (lambda: [stories.answered({"reason_code": "operation_in_progress"}, 409)], Outcome.UNKNOWN),
        (lambda: [stories.answered({"reason_code": "invalid_state"}, 409)], Outcome.REFUSED),
        (lambda: [Sending(1), stories.answered({"reason_code": "invalid_state"}, 409)], Outcome.UNKNOWN),
        (lambda: [stories.answered({}, 429)], Outcome.REFUSED),
    ],
)
def test_outcome__is_what_the_client_knows(make: Callable[[], list[Sending]], outcome: Outcome) -> None:
    assert Record("o", "pause", ("run-1",), sendings=make()).outcome is outcome
