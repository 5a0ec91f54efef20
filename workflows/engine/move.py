"""One transaction's worth of progress of a run: what is counted, told and announced together."""

from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from workflows.changes import note_on_commit
from workflows.dispatch import Look, wake_on_commit
from workflows.engine import statements
from workflows.engine.statements import Answer, ClaimableRow, EventRow, RunRow
from workflows.graph import DEFAULT_QUEUE
from workflows.models.step import wire_id
from workflows.states import Admission, RunState

ANNOUNCED_AT_ONCE = 100
"""Messages sent for one fan-out; every worker that answers one goes on with the items that were not announced."""


@dataclass
class Taken:
    """A step that this transaction claims; its attempt is written, and numbered, at the end."""

    row: ClaimableRow
    session_id: UUID
    is_fresh: bool
    attempt: Answer | None = None

    def attempt_id(self) -> int:
        """Give the attempt's id, once the move is written and committed."""
        assert self.attempt is not None  # noqa: S101 (the move has been written)
        return int(self.attempt.rows()[0][0])


@dataclass
class Move:
    """Collects what a transaction changes on a locked run."""

    run: RunRow
    events: list[EventRow] = field(default_factory=list)
    announced: list[Look] = field(default_factory=list)
    taken: Taken | None = None

    @property
    def workflow_id(self) -> UUID:
        """The run's id."""
        return self.run.id

    @property
    def now(self) -> datetime:
        """The time of the move: the database's when the run was locked."""
        return self.run.now

    @property
    def may_claim(self) -> bool:
        """Whether steps may start: the run goes on, and does not wait for a place among a bounded number of runs."""
        return self._goes_on and not self.waits

    @property
    def waits(self) -> bool:
        """Whether the run waits for a place among a bounded number of runs."""
        return self.run.admission == Admission.WAITING

    @property
    def is_drained(self) -> bool:
        """Whether a failing run's last attempt has ended."""
        return self.run.status == RunState.RUNNING and self.run.error is not None and self.run.in_flight == 0

    @property
    def is_complete(self) -> bool:
        """Whether every step is done."""
        return self._goes_on and self.run.done == self.run.total

    @property
    def _goes_on(self) -> bool:
        """Whether the run is running and none of its steps has failed for good."""
        return self.run.status == RunState.RUNNING and self.run.error is None

    def tell(self, kind: str, step: str = "", **data: Any) -> None:
        """Add an event to the run's history."""
        self.run.event_seq += 1
        self.events.append(EventRow(self.run.event_seq, kind, step, data, self.now))

    def begin_to_fail(self, step: str | None, code: str, message: str) -> None:
        """Let the run fail when its last attempt in flight has ended; the first error is the run's."""
        if self.run.error is None:
            self.run.error = {"step": step, "code": code, "message": message}
            self.tell("run_failing", step or "", code=code)

    def announce(self, *step_ids: int | None, queue: str = DEFAULT_QUEUE) -> None:
        """Tell this queue's workers after the commit that these steps may be claimed; ``None``: any of the run."""
        self.announced += [Look(self.workflow_id, step_id, queue) for step_id in step_ids]

    def take(self, row: ClaimableRow, session_id: UUID, *, is_fresh: bool) -> None:
        """Claim a step; a fresh one is claimed only when the move is written, one that was due is claimed already."""
        self.run.in_flight += 1
        self.tell("step_started", wire_id(row.key, row.index), attempt=row.number)
        self.taken = Taken(row, session_id, is_fresh)

    def write(self, until_committed: ExitStack) -> None:
        """Write the claim, events and counters, together with the commit, and let workers know after it."""
        if self.announced:
            wake_on_commit(self.announced[:ANNOUNCED_AT_ONCE])
        if not self.events:  # whatever is changed is told as well
            return
        note_on_commit(self.workflow_id)
        until_committed.enter_context(statements.together())
        if self.taken:
            self._write_claim(self.taken)
        statements.insert_events(self.workflow_id, self.events)
        statements.update_run(self.run)

    def _write_claim(self, taken: Taken) -> None:
        if taken.is_fresh:
            # It was counted down in this transaction and found free: nobody else can have it, so no answer is awaited.
            statements.claim_fresh(taken.row.step_id, taken.session_id, self.now)
        taken.attempt = statements.insert_attempt(self.workflow_id, taken.row, taken.session_id, self.now)
