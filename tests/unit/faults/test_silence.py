"""The judge of silence: when code that begins after a pause or cancel is a lie, and when it is not."""

from dataclasses import replace

from tests.faults.judge.ledger import Line
from tests.faults.judge.silence import check_silence
from tests.faults.kinds.fault import Freeze
from tests.faults.load.journal import BULK, Record, Sending
from tests.unit.faults import stories
from tests.unit.faults.stories import LINES, S

LATE = replace(LINES[3], at=15 * S)


def found(*more: Record, line: Line = LATE, freezes: tuple[Freeze, ...] = ()) -> list[str]:
    return [violation.rule for violation in check_silence([stories.paused(), *more], [line], freezes)]


def opening(sent: int, at: int | None, kind: str = "resume", operation: str = "") -> Record:
    sending = stories.answered({"operation_id": "o"}, 200, sent, at) if at else Sending(sent * S)
    return Record("x", kind, ("run-1",), bulk_operation=operation, sendings=[sending])


def test_code_after_the_answer__is_a_lie() -> None:
    assert found() == ["code_began_after_the_answer"]


def test_code_before_the_answer_or_just_after__is_none() -> None:
    assert found(line=replace(LATE, at=9 * S)) == []
    assert found(line=replace(LATE, at=11 * S + S // 2)) == []


def test_a_replay__is_not_held_by_a_pause() -> None:
    assert found(line=replace(LATE, is_replay=True)) == []


def test_an_opening__allows_it() -> None:
    assert found(opening(12, 13)) == []
    assert found(opening(12, None)) == [], "nobody knows whether it happened"
    assert found(opening(9, 12)) == [], "it may have come after the pause"
    assert found(opening(12, 13, BULK, "resume")) == []
    assert found(opening(2, 3, BULK, "resume")) == [], "a bulk job works on after its answer"


def test_an_opening_at_another_time__allows_nothing() -> None:
    lie = ["code_began_after_the_answer"]
    assert found(opening(16, 17)) == lie, "it came after the code"
    assert found(opening(2, 3)) == lie, "it was over before the pause"
    assert found(opening(12, 13, BULK, "cancel")) == lie
    refused = opening(12, 13)
    refused.sendings[0].status = 409
    assert found(refused) == lie


def test_a_freeze__excuses_the_process_that_stood_still() -> None:
    assert found(freezes=(Freeze(LATE.pid, 10 * S, 15 * S),)) == []
    assert found(freezes=(Freeze(LATE.pid + 1, 10 * S, 15 * S),)) != []
    assert found(freezes=(Freeze(LATE.pid, 5 * S, 9 * S),)) != [], "it went on before the answer"
