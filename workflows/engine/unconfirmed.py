"""Attempts that were told to stop and never said that they did."""

from datetime import timedelta

from workflows.engine.database_time import DatabaseNow
from workflows.engine.reach import on_its_own
from workflows.engine.release import release_lease
from workflows.models import Attempt
from workflows.states import AttemptState

STOP_TIMEOUT = timedelta(seconds=300)
_AT_ONCE = 100


def close_unconfirmed_attempts() -> int:
    """Close attempts that were told to stop long ago, and say so; give how many these were."""
    overdue = Attempt.objects.filter(
        status=AttemptState.RUNNING, stop_requested_at__lte=DatabaseNow() - STOP_TIMEOUT, is_replay=False
    ).exclude(session=None)
    rows = list(overdue.values_list("workflow_id", "step_id", "session_id")[:_AT_ONCE])
    return [on_its_own(release_lease, *row, AttemptState.UNCONFIRMED) for row in rows].count(True)
