"""Writes ``docs/proof.md`` from the code: ``python docs/make_proof.py``."""

import inspect
import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "venom_portal.settings")

import django  # noqa: E402  (the path has to be known first)

django.setup()

from django.utils import translation  # noqa: E402  (Django has to be ready)

from audit.failpoints import BUG_VARIABLE, CRASH_POINTS, CRASH_VARIABLE, SEEDED_BUGS  # noqa: E402
from tests.integration.proof.caught import CAUGHT_BY  # noqa: E402
from workflows.invariants import INVARIANTS, Invariant  # noqa: E402
from workflows.invariants.history.walk import READERS  # noqa: E402

PAGE = HERE / "proof.md"
_VERIFY = """`manage.py verify` looks for rows that break a promise, on the live database while work goes on. Exit code
0: every promise holds; 1: one does not, and the first violation is named (`--all`: up to a thousand); 2: it could not
be checked. `--json` gives rule, subject and facts. A check is one statement, which sees the database between two
commits, or reads what never changes once it is written; only a lease of a dead worker is looked at twice, because
recovery may be at it. Each rule is broken behind the application's back in
`tests/integration/invariants/test_breaking.py`, and has to be named."""
_AUDIT = """The audit trail is verified along with it: every seal, entry, key and counter (`audit/verification`, also
`manage.py audit verify`)."""
_CRASH = f"""`{CRASH_VARIABLE}=name` (or `name:n`) lets a process die, as by `kill -9`, when it passes the point for the
first (n-th) time. `tests/acceptance/test_crash_points.py` dies at each in turn, on both databases, lets other processes
end the work, and verifies."""
_BUGS = f"""`{BUG_VARIABLE}=name` gives a process one bug, to prove that the tests can fail. It says so loudly when it
starts, and `manage.py doctor` fails. `tests/integration/proof/test_seeded_bugs.py` demands that the named test fails
with the bug and passes without it."""


def page() -> str:
    """Give the page."""
    with translation.override("en"):
        promises = [row for invariant in INVARIANTS for row in _rows(invariant)]
    points = [[f"`{name}`", text, f"`{_used_in('crash_point', name)}`"] for name, text in CRASH_POINTS.items()]
    bugs = [
        [f"`{name}`", text, f"`{_used_in('seeded_bug', name)}`", f"`{CAUGHT_BY[name]}`"]
        for name, text in SEEDED_BUGS.items()
    ]
    parts = [
        "# Proof",
        "This page is written from the code by `docs/make_proof.py`; a test keeps them equal.",
        "## Invariants",
        _VERIFY,
        _table(["rule", "what is wrong when it is named", "promise"], promises),
        _AUDIT,
        "## Crash points",
        _CRASH,
        _table(["point", "what has happened there", "where"], points),
        "## Seeded bugs",
        _BUGS,
        _table(["bug", "what goes wrong", "where", "caught by"], bugs),
    ]
    return "\n\n".join(parts) + "\n"


def _rows(invariant: Invariant) -> list[list[str]]:
    """Give the rules of an invariant, each with the promise that stands at the head of its file."""
    owners = {rule: reader for reader in READERS for rule in reader.rules}
    return [
        [f"`{rule}`", str(text), _promise(owners.get(rule, invariant.broken))] for rule, text in invariant.rules.items()
    ]


def _promise(owner: object) -> str:
    module = inspect.getmodule(owner)
    return inspect.getdoc(module).partition("\n")[0] if module and module.__doc__ else ""  # type: ignore[union-attr]


def _used_in(call: str, name: str) -> str:
    """Find the file that has the point or the bug."""
    files = [path for app in ("audit", "workflows", "control") for path in sorted((HERE.parent / app).rglob("*.py"))]
    found = next(path for path in files if f'{call}("{name}")' in path.read_text())
    return str(found.relative_to(HERE.parent))


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


if __name__ == "__main__":
    PAGE.write_text(page())
