"""Answering only when no step's code begins any more."""

import time
from datetime import timedelta
from uuid import UUID

from workflows.engine.claim import BEGIN_WITHIN
from workflows.engine.database_time import DatabaseNow
from workflows.models import Attempt
from workflows.states import AttemptState

_FRESH = timedelta(seconds=2 * BEGIN_WITHIN)
_LOOK_EVERY = 0.02


def wait_until_begun(workflow_id: UUID) -> None:
    """Wait until every attempt that was claimed just before has reached its step's code, or has ended.

    A worker begins within ``BEGIN_WITHIN`` of the claim, or asks again first; so this takes a fifth of a second at
    most, and whoever is answered afterwards sees no code begin. Called after the commit that holds or ends the run.
    """
    until = time.monotonic() + _FRESH.total_seconds()
    while time.monotonic() < until and _fresh_attempts(workflow_id):
        time.sleep(_LOOK_EVERY)


def _fresh_attempts(workflow_id: UUID) -> bool:
    return Attempt.objects.filter(
        workflow_id=workflow_id,
        status=AttemptState.RUNNING,
        is_replay=False,
        started_at__gt=DatabaseNow() - _FRESH,
    ).exists()
