"""What the steps say that they did."""

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Line:
    """One line: ``began``, with the nonces that the step was given, or ``done``, with its own."""

    at: int
    pid: int
    what: str
    run: str
    step: str
    attempt: int
    key: str
    token: int = 0
    is_replay: bool = False
    """Whether it was run beside the run: it takes no lease, and a pause does not hold it."""
    seen: tuple[str, ...] = ()
    nonce: str = ""


_END = 40_000


def read(path: Path) -> list[Line]:
    """Read the ledger, in the order of time; the last line of a killed process may be cut off."""
    return _parsed(path.read_text()) if path.exists() else []


def tail(path: Path) -> list[Line]:
    """Read its last lines, a hundred or so."""
    if not path.exists():
        return []
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _END))
        return _parsed(file.read().decode(errors="replace"))


def _parsed(text: str) -> list[Line]:
    lines = []
    for line in text.splitlines():
        try:
            facts = json.loads(line)
            lines.append(Line(**{**facts, "seen": tuple(facts.get("seen", ()))}))
        except (ValueError, AttributeError):
            continue
    return sorted(lines, key=lambda line: line.at)
