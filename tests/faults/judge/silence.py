"""After a pause or a cancel has been answered, no code of the run begins, until somebody lets it go on."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from audit.violation import Violation
from tests.faults.judge.ledger import Line
from tests.faults.kinds.fault import Freeze
from tests.faults.load.journal import BULK, Outcome, Record

CLOSING = ("pause", "cancel")
OPENING = ("resume", "retry", "start", "restart")
SLACK_NS = 1_000_000_000
"""Code that was claimed before may begin this much later on a machine that is short of processors; longer is a lie."""


def check_silence(records: Sequence[Record], lines: Sequence[Line], freezes: Sequence[Freeze]) -> list[Violation]:
    """Find code that began when it had been promised that none would.

    A process that stood still between its last look and its first line cannot know better: a freeze excuses it.
    """
    openings = _openings(records)
    begun: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        if line.what == "began" and not line.is_replay:
            begun[line.run].append(line)
    found: list[Violation] = []
    for record in records:
        if record.kind in CLOSING and record.outcome is Outcome.ACKNOWLEDGED:
            found += _check(record, begun[record.runs[0]], openings[record.runs[0]], freezes)
    return found


def _openings(records: Sequence[Record]) -> dict[str, list[Record]]:
    found: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        operation = record.bulk_operation if record.kind == BULK else record.kind
        if operation in OPENING and record.outcome is not Outcome.REFUSED:
            for run in record.runs:
                found[run].append(record)
    return found


def _check(
    closing: Record, begun: Sequence[Line], openings: Sequence[Record], freezes: Sequence[Freeze]
) -> Iterator[Violation]:
    answered = closing.answered or 0
    for line in begun:
        if line.at <= answered + SLACK_NS or any(_may_have_opened(opening, closing, line) for opening in openings):
            continue
        if not any(
            freeze.pid == line.pid and freeze.began <= line.at and freeze.ended >= answered for freeze in freezes
        ):
            yield Violation(
                "code_began_after_the_answer", f"run {line.run} step {line.step}",
                {"operation": closing.kind, "wish": closing.id, "late_ms": (line.at - answered) / 1e6, "pid": line.pid},
            )  # fmt: skip


def _may_have_opened(opening: Record, closing: Record, line: Line) -> bool:
    """Tell whether it may have come after the closing and before the line; a bulk job works on after its answer."""
    if opening.first_sent >= line.at:
        return False
    is_over = opening.kind != BULK and opening.outcome is Outcome.ACKNOWLEDGED
    return not is_over or _last_answer(opening) > closing.first_sent


def _last_answer(record: Record) -> int:
    return max((sending.answered or 0 for sending in record.sendings), default=0)
