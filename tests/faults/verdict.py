"""What came of a session."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from audit.violation import Violation
from tests.faults.forms import Form
from tests.faults.judge.facts import Facts
from tests.faults.judge.recovery import Recovery, histogram
from tests.faults.kinds.fault import Injection
from tests.faults.load.journal import Outcome, Record

GOOD, VIOLATED, UNDECIDED = 0, 1, 2


@dataclass
class Verdict:
    """The figures, what was violated, and what was missing to judge."""

    database: str
    seed: str
    form: Form
    injections: Sequence[Injection] = ()
    runs: Mapping[str, int] = field(default_factory=dict)
    attempts: Mapping[str, int] = field(default_factory=dict)
    wishes: Mapping[str, int] = field(default_factory=dict)
    recoveries: Sequence[Recovery] = ()
    settled_after: float = 0.0
    violations: Sequence[Violation] = ()
    trouble: str = ""
    """What kept the runner from judging."""

    @property
    def faults(self) -> Mapping[str, int]:
        """How often each kind was injected and hit something."""
        return dict(Counter(injection.name for injection in self.injections if injection.ended and injection.detail))

    @property
    def wanting(self) -> list[str]:
        """What there was too little of."""
        from tests.faults.kinds.catalogue import KINDS

        missing = [
            f"{kind.name}: {self.faults.get(kind.name, 0)} of {self.form.of_each_kind}"
            for kind in KINDS
            if self.faults.get(kind.name, 0) < self.form.of_each_kind
        ]
        if (completed := self.runs.get("completed", 0)) < self.form.completed:
            missing.append(f"completed runs: {completed} of {self.form.completed}")
        if (acknowledged := self.wishes.get(Outcome.ACKNOWLEDGED, 0)) < self.form.acknowledged:
            missing.append(f"acknowledged wishes: {acknowledged} of {self.form.acknowledged}")
        return missing

    @property
    def exit_code(self) -> int:
        """0: good; 1: a rule was violated; 2: not to be judged."""
        if self.violations:
            return VIOLATED
        return UNDECIDED if self.trouble or self.wanting else GOOD

    def count(self, records: Sequence[Record], facts: Facts) -> None:
        """Take the figures."""
        self.runs = dict(Counter(run.status for run in facts.runs))
        self.attempts = dict(Counter(attempt.status for attempt in facts.attempts))
        self.wishes = dict(Counter(record.outcome.value for record in records))

    def as_json(self) -> dict[str, Any]:
        """All of it."""
        return asdict(self) | {
            "faults": dict(self.faults),
            "wanting": self.wanting,
            "exit_code": self.exit_code,
            "recovery_histogram": histogram(self.recoveries),
        }
