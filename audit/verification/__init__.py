"""Proving the trail: every entry, seal, key, counter and trigger, and single entries to those who have no access.

``pure`` decides, ``readers`` read; of the writer's code they share the canonical encoding and nothing else.
"""

from audit.verification.report import CannotCheckError, Note, Report
from audit.verification.verify import LAG, verify
from audit.verification.words import NOTES, RULES

__all__ = ["LAG", "NOTES", "RULES", "CannotCheckError", "Note", "Report", "verify"]
