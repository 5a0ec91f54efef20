"""Small true stories, which each test turns into a lie in one place."""

from typing import Any

from tests.faults.judge.facts import Attempt, Entry, Event, Facts, Item, Job, Run, Step
from tests.faults.judge.ledger import Line
from tests.faults.load.journal import BULK, CREATE, Record, Sending

S = 1_000_000_000
"""A second, in ns."""


def answered(body: Any, status: int = 200, sent: int = 10, at: int = 11) -> Sending:
    """A sending with an answer; times in seconds."""
    return Sending(sent * S, at * S, status, body)


def created() -> Record:
    return Record("c1", CREATE, sendings=[answered({"id": "run-1"}, 201, sent=1, at=2)])


def paused(sent: int = 10, at: int = 11) -> Record:
    body = {"operation_id": "op-1", "reason_code": "operation_completed"}
    return Record("p1", "pause", ("run-1",), sendings=[answered(body, sent=sent, at=at)])


def refused() -> Record:
    body = {"operation_id": "op-2", "reason_code": "forbidden_transition"}
    return Record("r1", "resume", ("run-1",), sendings=[answered(body, 409, sent=5, at=6)])


def bulk() -> Record:
    return Record("b1", BULK, ("run-1",), bulk_operation="cancel", sendings=[answered({"id": "job-1"}, 202, 20, 21)])


RUN = Run("run-1", "faults-chain", "paused", journal="c1")
CREATION = Entry("op-0", "start", "run-1", "success", "operation_completed", by="operator")
PAUSE = Entry("op-1", "pause", "run-1", "success", "operation_completed", "p1", before="running", by="operator")
REFUSAL = Entry("op-2", "resume", "run-1", "failure", "forbidden_transition", "r1", before="running", by="operator")
BULK_ENTRY = Entry("job-1", "bulk_cancel", "job-1", "success", "operation_in_progress", "b1", by="operator")
PART = Entry("op-3", "cancel", "run-1", "cancelled", "operation_cancelled", "b1", parent="job-1", by="operator")
JOB = Job("job-1", "completed", (Item("run-1", "done", "op-3"),))

STEPS = (
    Step("run-1", "first", "succeeded", nonce="n1"),
    Step("run-1", "second", "ready"),
)
ATTEMPTS = (
    Attempt("run-1", "first", 1, 1, 1, "lost"),
    Attempt("run-1", "first", 2, 1, 2, "succeeded"),
)
EVENTS = (Event("run-1", 1, "run_started"), Event("run-1", 2, "step_started"), Event("run-1", 3, "run_paused"))
LINES = (
    Line(3 * S, 7, "began", "run-1", "first", 1, "run-1/first/1", token=1),
    Line(4 * S, 8, "began", "run-1", "first", 2, "run-1/first/1", token=2),
    Line(5 * S, 8, "done", "run-1", "first", 2, "run-1/first/1", token=2, nonce="n1"),
    Line(6 * S, 8, "began", "run-1", "second", 1, "run-1/second/1", token=1, seen=("n1",)),
)


def facts(**changed: Any) -> Facts:
    """What the database holds of the story; ``changed`` parts in place of its own."""
    own = {"runs": [RUN], "steps": STEPS, "attempts": ATTEMPTS, "entries": [CREATION, PAUSE, REFUSAL], "events": EVENTS}
    return Facts(**{**own, **changed})


def records(*more: Record) -> list[Record]:
    """What the clients wrote down."""
    return [created(), paused(), refused(), *more]
