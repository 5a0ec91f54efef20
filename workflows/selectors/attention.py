"""What needs a person: runs that have failed, that are stuck, that are held, and that nobody has started."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from workflows.models import Workflow
from workflows.selectors.bounded import UpTo
from workflows.selectors.due_steps import DueSteps, Waiting, not_served
from workflows.selectors.explain import Explanation, explain_facts
from workflows.selectors.explain_facts import Facts
from workflows.selectors.overview import Overview
from workflows.selectors.processes import Processes
from workflows.states import RunState

SHOWN: Final = 5
"""Runs of each kind."""
STUCK_AFTER: Final = timedelta(seconds=60)
"""For so long a step may be due before its run counts as stuck."""


@dataclass(frozen=True)
class Attention:
    """The newest runs of each kind, explained. ``stuck_count`` counts runs, of those whose steps were looked at."""

    failed: list[Explanation]
    stuck: list[Explanation]
    held: list[Explanation]
    not_started: list[Explanation]
    counts: Mapping[RunState, UpTo]
    stuck_count: UpTo


def stuck_runs(due: DueSteps, now: datetime) -> list[UUID]:
    """Name the runs of which a step has been due for too long, the one that waits longest first."""
    return [run for run, waiting in due.by_run.items() if waiting.since < now - STUCK_AFTER]


def attention(found: Overview, due: DueSteps, around: Processes, now: datetime, *, broker_answers: bool) -> Attention:
    """Make it of what has been read; ``found`` names the first of the stuck runs."""

    def told(runs: list[Workflow]) -> list[Explanation]:
        facts = (_facts(run, due, around, broker_answers=broker_answers) for run in runs[:SHOWN])
        return [explain_facts(one) for one in facts]

    return Attention(
        failed=told(found.by_state[RunState.FAILED]),
        stuck=told([run for run in found.named if run.status == RunState.RUNNING]),
        held=told(found.by_state[RunState.PAUSED]),
        not_started=told(found.by_state[RunState.IDLE]),
        counts=found.counts,
        stuck_count=UpTo(len(stuck_runs(due, now)), due.is_cut),
    )


def _facts(run: Workflow, due: DueSteps, around: Processes, *, broker_answers: bool) -> Facts:
    """Give what is known of a run without reading its steps; its own page tells more."""
    waiting: Waiting | None = due.by_run.get(run.pk)
    return Facts(
        run=run,
        running=[],
        held=[],
        backing_off=[],
        due=waiting.count if waiting else 0,
        due_since=waiting.since if waiting else None,
        first_due=[],
        pending=0,
        unconfirmed=0,
        live_workers=around.live_workers,
        lines=[],
        unserved=not_served(waiting, around.served_queues) if waiting else [],
        clock_ticks=around.clock_ticks,
        broker_answers=broker_answers,
    )
