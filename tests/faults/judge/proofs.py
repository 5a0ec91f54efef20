"""What the portal and the database say of themselves: ``verify``, ``audit verify``, and the files' own check."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from audit.violation import Violation
from tests.faults.stage.stage import Stage

_COMMANDS: Sequence[Sequence[str]] = (("verify", "--json"), ("audit", "verify", "--json"))


def check_proofs(stage: Stage) -> list[Violation]:
    """Run them all."""
    damage = stage.database.damage()
    found = [Violation("database_damaged", stage.database.name, {"said": damage})] if damage else []
    return [*found, *(violation for command in _COMMANDS for violation in _verify(stage, command))]


def _verify(stage: Stage, command: Sequence[str]) -> Iterator[Violation]:
    done = stage.manage(*command, seconds=300)
    if done.returncode:
        said: dict[str, Any] = {"exit": done.returncode, "said": done.stdout[-4000:], "error": done.stderr[-1000:]}
        yield Violation("verify_failed", f"manage.py {' '.join(command)}", _first(done.stdout) or said)


def _first(text: str) -> dict[str, Any]:
    """Give the first violation that the command names, where it names one."""
    try:
        told = json.loads(text)
    except ValueError:
        return {}
    violations = told.get("violations") if isinstance(told, dict) else None
    return {"first": violations[0], "count": len(violations)} if violations else {}
