"""All kinds, in lanes: one of each lane may go on at the same time."""

from collections.abc import Mapping, Sequence

from tests.faults.kinds import (
    broker_black_hole,
    broker_flushed,
    broker_killed,
    clock_frozen,
    clock_jump,
    clock_killed,
    database_crashed,
    database_locked,
    died_at_commit,
    disk_full,
    messages_lost,
    messages_repeated,
    poison,
    pool_child_killed,
    rolling_restart,
    web_killed,
    worker_frozen,
    worker_killed,
)
from tests.faults.kinds.fault import Fault

LANES: Mapping[str, Sequence[Fault]] = {
    "workers": (
        worker_killed.FAULT,
        pool_child_killed.FAULT,
        worker_frozen.FAULT,
        rolling_restart.FAULT,
        died_at_commit.FAULT,
        poison.FAULT,
    ),
    "messages": (
        broker_flushed.FAULT,
        broker_killed.FAULT,
        broker_black_hole.FAULT,
        messages_lost.FAULT,
        messages_repeated.FAULT,
        clock_killed.FAULT,
        clock_frozen.FAULT,
    ),
    "storage": (
        database_crashed.FAULT,
        database_locked.FAULT,
        disk_full.FAULT,
        web_killed.FAULT,
        clock_jump.FAULT,
    ),
}
KINDS: Sequence[Fault] = [kind for kinds in LANES.values() for kind in kinds]
