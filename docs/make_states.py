"""Writes ``docs/states.md`` from the table in ``workflows/states.py``: ``python docs/make_states.py``."""

import ast
import sys
from enum import StrEnum
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from workflows.states import (  # noqa: E402  (the path has to be known first)
    TRANSITIONS,
    Admission,
    Operation,
    RunState,
    StepState,
    allowed_operations,
)

PAGE = HERE / "states.md"
_LEGEND = """An arrow names the state that the operation leads to; ● changes nothing of the run's state.
Whatever is not in the table is refused with `forbidden_transition`, changes nothing, and is on record."""


def page() -> str:
    """Give the page."""
    parts = [
        "# States and operations",
        "This page is written from `workflows/states.py` by `docs/make_states.py`; a test keeps them equal.",
        "## A run",
        _table(["state", "what it means"], [[f"`{state}`", text] for state, text in _documented(RunState)]),
        "## What a state allows",
        _table(
            ["operation", *(f"`{state}`" for state in RunState)],
            [[f"`{operation}`", *(_cell(operation, state) for state in RunState)] for operation in Operation],
        ),
        _LEGEND,
        "## A place among a bounded number of runs",
        _table(["admission", "what it means"], [[f"`{state}`", text] for state, text in _documented(Admission)]),
        "## A step",
        _table(["state", "what it means"], [[f"`{state}`", text] for state, text in _documented(StepState)]),
    ]
    return "\n\n".join(parts) + "\n"


def _cell(operation: Operation, state: RunState) -> str:
    if operation not in allowed_operations(state):
        return ""
    return f"→ `{TRANSITIONS[operation][1]}`" if operation in TRANSITIONS else "●"


def _documented(states: type[StrEnum]) -> list[tuple[str, str]]:
    """Read what stands below each member of an enumeration."""
    source = ast.parse((HERE.parent / "workflows" / "states.py").read_text())
    body = next(node.body for node in source.body if isinstance(node, ast.ClassDef) and node.name == states.__name__)
    found = []
    for node, following in zip(body, [*body[1:], None], strict=True):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            text = following.value.value if isinstance(following, ast.Expr) else ""  # type: ignore[attr-defined]
            found.append((str(node.value.value), str(text)))
    return found


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


if __name__ == "__main__":
    PAGE.write_text(page())
