"""Sealing: signed Merkle roots over the entries that have no seal yet, chained and written outside the database too."""

from audit.sealing.keys import KeyProblem
from audit.sealing.seal import is_sealing_due, queue_forgotten, seal_entries

__all__ = ["KeyProblem", "is_sealing_due", "queue_forgotten", "seal_entries"]
