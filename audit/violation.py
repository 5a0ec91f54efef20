"""What a check of the kept truth has found: a rule, whom it was broken by, and the facts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Violation:
    """A rule that does not hold.

    ``rule`` is a code in snake case, ``subject`` names the row (``entry 0199…``, ``seal 12``, ``run … step fetch``),
    ``facts`` are what was seen, as JSON. Words are made when it is shown.
    """

    rule: str
    subject: str
    facts: Mapping[str, Any] = field(default_factory=dict)
