"""The errors that flow authors meet or raise."""

from dataclasses import dataclass
from pathlib import Path


class PermanentError(Exception):
    """Raised by a step that would fail again however often it is tried: its retries are not used."""


class StopRequested(Exception):  # noqa: N818 (a request, not an error)
    """Raised by a step that saw ``current().should_stop()`` and hands its work back."""


class InputRefused(ValueError):  # noqa: N818 (part of the authors' interface)
    """Raised by a workflow's ``check``: the input cannot be used; says for which parameter, and why."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


@dataclass(frozen=True)
class Place:
    """Where in the author's code something stands."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{Path(self.file)}:{self.line}"


class FlowError(Exception):
    """A workflow cannot be registered as it is written: says where, which step, what is wrong and what to do."""

    def __init__(self, place: Place, subject: str, problem: str, remedy: str) -> None:
        super().__init__(f"{place}: {subject}: {problem}; {remedy}")
        self.place = place
        self.subject = subject
        self.problem = problem
        self.remedy = remedy
