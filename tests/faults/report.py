"""What is shown at the end."""

from collections.abc import Mapping

from rich.console import Console
from rich.table import Table

from tests.faults.judge.recovery import histogram
from tests.faults.verdict import Verdict

_NAMES = ("good", "VIOLATED", "not judged")
_SHOWN = 5


def show(verdict: Verdict) -> None:
    """Print a table, and what was found."""
    console = Console()
    table = Table(verdict.database, _NAMES[verdict.exit_code])
    table.add_row("runs", _counts(verdict.runs))
    table.add_row("attempts", _counts(verdict.attempts))
    table.add_row("wishes", _counts(verdict.wishes))
    table.add_row("faults", _counts(verdict.faults))
    table.add_row("settled after", f"{verdict.settled_after:.1f} s")
    table.add_row("steps of killed processes ran again after", _counts(histogram(verdict.recoveries)))
    console.print(table)
    _show_findings(console, verdict)


def _show_findings(console: Console, verdict: Verdict) -> None:
    place = f"{verdict.database}, seed {verdict.seed}"
    for violation in verdict.violations[:_SHOWN]:
        console.print(
            f"{place}: {violation.rule}: {violation.subject} {dict(violation.facts)}", markup=False, soft_wrap=True
        )
    if len(verdict.violations) > _SHOWN:
        console.print(f"{place}: and {len(verdict.violations) - _SHOWN} more", markup=False, soft_wrap=True)
    if verdict.trouble:
        console.print(f"{place}: {verdict.trouble}", markup=False, soft_wrap=True)
    for missing in [] if verdict.trouble else verdict.wanting:
        console.print(f"{place}: too little to judge by: {missing}", markup=False, soft_wrap=True)


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items())
