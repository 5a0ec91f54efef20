"""Something to look at: a run in each state, with all that a page can show of one, and an operation on many."""

from dataclasses import dataclass

from tests.browser.api import OPERATIONS, Api

LABEL = {"shown": "world"}


@dataclass(frozen=True)
class World:
    """Ids, by what they are of. They stand in the addresses of ``pages.py``."""

    completed: str
    """Has a log, an artifact's fan-out, conditions."""
    failed: str
    """Failed at ``step-2``, behind a fan-out whose three items succeeded."""
    idle: str
    paused: str
    cancelled: str
    bulk: str


def make_world(api: Api) -> World:
    """Make all of it, and wait until it stands still."""
    idle = api.start("nap", begin=False, labels=LABEL)
    completed = api.start("talkative", lines=30, labels=LABEL)
    failed = api.start("fire-drill", steps=2, seconds=0, width=3, fail_at="step-2", fail_times=99, labels=LABEL)
    paused, cancelled = (api.start("fire-drill", steps=3, seconds=3600, labels=LABEL) for _ in range(2))
    for run in (paused, cancelled):
        api.wait_for_step(run, "start", "running")
    api.operate(paused, "pause", mode="stop", reason="to be looked at")
    api.operate(cancelled, "cancel", reason="to be looked at")
    asked = {"operation": "pause", "workflow_ids": [idle, completed], "dry_run": True, "reason": "to be looked at"}
    bulk = api.send("POST", f"{OPERATIONS}/bulk", asked)["id"]
    for run, state in ((completed, "completed"), (failed, "failed"), (paused, "paused"), (cancelled, "cancelled")):
        api.wait_for(run, state)
    return World(completed, failed, idle, paused, cancelled, str(bulk))
