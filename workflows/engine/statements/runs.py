"""A run under its lock: reading it, its counters, its history."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from workflows.engine.statements.answer import NOW, Answer, as_id, as_time, read_json, read_time

_LOCK_RUN = (
    "SELECT plan_id, status, error, admission, event_seq, total, done, in_flight, {now} "
    "FROM workflows_workflow WHERE id = %s"
)  # fmt: skip
_UPDATE_RUN = (
    "UPDATE workflows_workflow SET event_seq = %s, total = %s, done = %s, in_flight = %s, error = %s WHERE id = %s"
)
_HOLD_NAME = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"
_INSERT_EVENTS = "INSERT INTO workflows_event (workflow_id, seq, kind, step, data, at) VALUES "


@dataclass(slots=True)
class RunRow:
    """A locked run: what is needed to move it on."""

    id: UUID
    plan_id: int
    status: str
    error: Any
    admission: str
    event_seq: int
    total: int
    done: int
    in_flight: int
    now: datetime
    """When it was read, by the database's clock: workers' own clocks may differ, and jump."""


class EventRow(NamedTuple):
    """An event that is about to be written."""

    seq: int
    kind: str
    step: str
    data: dict[str, Any]
    at: datetime


def lock_run(workflow_id: UUID) -> Answer:
    """Lock a run until the transaction ends, and read it: one row for ``run_row``, or none."""
    suffix = " FOR UPDATE" if connection.features.has_select_for_update else ""
    return Answer(_LOCK_RUN.format(now=NOW[connection.vendor]) + suffix, [as_id(workflow_id)])


def run_row(workflow_id: UUID, answer: Answer) -> RunRow | None:
    """Read the answer of ``lock_run``."""
    for plan_id, status, error, admission, event_seq, total, done, in_flight, now in answer.rows():
        counters = (event_seq, total, done, in_flight)
        return RunRow(workflow_id, plan_id, status, read_json(error), admission, *counters, read_time(now))
    return None


def update_run(run: RunRow) -> None:
    """Write the counters of a locked run."""
    error = None if run.error is None else json.dumps(run.error)
    Answer(_UPDATE_RUN, [run.event_seq, run.total, run.done, run.in_flight, error, as_id(run.id)])


def insert_events(workflow_id: UUID, events: Sequence[EventRow]) -> None:
    """Append to a run's history."""
    owner = as_id(workflow_id)
    values = [
        value
        for event in events
        for value in (owner, event.seq, event.kind, event.step, json.dumps(event.data), as_time(event.at))
    ]
    Answer(_INSERT_EVENTS + ", ".join(["(%s, %s, %s, %s, %s, %s)"] * len(events)), values)


def hold_names(names: Iterable[str]) -> None:
    """Let nobody else hold these names until the transaction ends; on SQLite whoever writes is alone anyway."""
    if connection.vendor == "postgresql":
        for name in sorted(names):  # always in one order, so that two never wait for each other
            Answer(_HOLD_NAME, [name]).rows()
