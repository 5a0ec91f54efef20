"""Runs whose pages are large."""

import json
from typing import Any
from uuid import UUID

STEPS, ITEMS = 300, 10_000


def long_run(steps: int = STEPS) -> UUID:
    """Work off a chain of so many steps and give the run's id."""
    from workflows.worker import stretch

    run = _started("fire-drill", steps=steps - 3, seconds=0)
    while stretch.advance(run, None):
        pass
    return run


def wide_run() -> UUID:
    """Open a fan-out of so many items and give the run's id."""
    from workflows.engine.claim import claim_step
    from workflows.engine.finish import finish
    from workflows.engine.outcome import Succeeded
    from workflows.worker.session import own_session

    run, numbers = _started("bench-fan-out", count=ITEMS), list(range(ITEMS))
    claim = claim_step(run, None, own_session())
    assert claim
    finish(claim, Succeeded(numbers, json.dumps(numbers)), take_next=False)
    return run


def _started(definition: str, **given: Any) -> UUID:
    from audit.actor import SYSTEM
    from workflows.operations.create import NewRun, create_run

    return create_run(SYSTEM, NewRun(definition, input=given)).run.pk
