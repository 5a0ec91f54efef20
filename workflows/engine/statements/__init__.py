"""The statements of the hot path, written out: what a step costs is what stands here.

Everything else goes through the ORM. A step of a chain takes ``lock_run``, ``record_success``, ``end_attempt``,
``count_down``, ``claim``, ``insert_attempt``, ``insert_events`` and ``update_run``: eight statements, one commit. They
are sent in two groups (``together``), the second with the commit, so that PostgreSQL answers twice instead of ten
times.
"""

from workflows.engine.statements.answer import Answer, together
from workflows.engine.statements.claims import (
    ClaimableRow,
    claim_any,
    claim_due,
    claim_fresh,
    insert_attempt,
    is_outranked,
)
from workflows.engine.statements.results import CountedRow, count_down, counted_rows, end_attempt, record_success
from workflows.engine.statements.runs import EventRow, RunRow, hold_names, insert_events, lock_run, run_row, update_run

__all__ = [
    "Answer",
    "ClaimableRow",
    "CountedRow",
    "EventRow",
    "RunRow",
    "claim_any",
    "claim_due",
    "claim_fresh",
    "count_down",
    "counted_rows",
    "end_attempt",
    "hold_names",
    "insert_attempt",
    "insert_events",
    "is_outranked",
    "lock_run",
    "record_success",
    "run_row",
    "together",
    "update_run",
]
