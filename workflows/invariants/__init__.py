"""What holds at every moment of a live database, however often its processes were killed.

Each file looks for rows that break one promise, while work goes on. A check is one statement, which sees the database
between two commits, or reads what never changes once it is written.
"""

from collections.abc import Sequence

from workflows.invariants import (
    answers,
    counters,
    dry_runs,
    endings,
    events,
    leases,
    needs,
    places,
    results,
    storage,
    tokens,
    trail,
)
from workflows.invariants.history import walk
from workflows.invariants.invariant import Invariant

__all__ = ["INVARIANTS", "Invariant"]

INVARIANTS: Sequence[Invariant] = (
    leases.INVARIANT,
    counters.INVARIANT,
    needs.INVARIANT,
    places.INVARIANT,
    endings.INVARIANT,
    results.INVARIANT,
    tokens.INVARIANT,
    events.INVARIANT,
    walk.INVARIANT,
    trail.INVARIANT,
    answers.INVARIANT,
    dry_runs.INVARIANT,
    storage.INVARIANT,
)
"""In the order in which they are checked: what a moving database shows first, what takes long last."""
