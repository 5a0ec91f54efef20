"""What an invariant is: a promise, the rules that it consists of, and how to find who breaks them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from audit.violation import Violation
from workflows.models.step import wire_id


@dataclass(frozen=True)
class Invariant:
    """A promise that every moment of a live database keeps.

    ``broken`` yields violations as it finds them, in memory that does not grow with the database. ``rules`` says for
    each code that it may yield, in a sentence made when it is shown, what is wrong then.
    """

    name: str
    rules: Mapping[str, Any]
    broken: Callable[[], Iterator[Violation]]


def run_subject(workflow_id: UUID) -> str:
    """Name a run as the subject of a violation."""
    return f"run {workflow_id}"


def step_subject(workflow_id: UUID, key: str, index: int) -> str:
    """Name a step of a run as the subject of a violation."""
    return f"run {workflow_id} step {wire_id(key, index)}"
