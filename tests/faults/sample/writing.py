"""How a step writes into the ledger: one line, one write, so that lines of many processes do not mix."""

import json
import os
import time
from typing import Any

from tests.faults.sample import LEDGER_VARIABLE
from workflows.authoring import current
from workflows.worker.replay_context import ReplayContext


def note(what: str, **facts: Any) -> None:
    """Append a line; ``at`` is the clock of the machine, in ns, which no process can shift."""
    context = current()
    claim = getattr(context, "claim", None)  # the token is the worker's affair, not the author's; a test may look
    line = {
        "at": time.clock_gettime_ns(time.CLOCK_MONOTONIC),
        "pid": os.getpid(),
        "what": what,
        "run": context.workflow_id,
        "step": context.step_id,
        "attempt": context.attempt,
        "key": context.idempotency_key,
        "token": claim.token if claim else 0,
        "is_replay": isinstance(context, ReplayContext),
        **facts,
    }
    file = os.open(os.environ[LEDGER_VARIABLE], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    try:
        os.write(file, (json.dumps(line) + "\n").encode())
    finally:
        os.close(file)
