"""What a worker reports of an attempt."""

from dataclasses import dataclass
from typing import Any

from workflows.states import AttemptState


def storable(text: str) -> str:
    """Give text that both databases take: no NUL, no lone surrogates."""
    return text.replace("\0", "\N{SYMBOL FOR NULL}").encode(errors="backslashreplace").decode()


@dataclass(frozen=True)
class Succeeded:
    """The step's function returned; ``text`` is the output as JSON, ``value`` the same as plain types."""

    value: Any
    text: str
    dropped_log_lines: int = 0


@dataclass(frozen=True)
class Failed:
    """The attempt did not give an output. ``permanent``: another attempt would not either.

    Its texts may come from anywhere, such as the name of a file; they are made storable.
    """

    code: str
    message: str
    traceback: str = ""
    permanent: bool = False
    state: AttemptState = AttemptState.FAILED
    dropped_log_lines: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "message", storable(self.message))
        object.__setattr__(self, "traceback", storable(self.traceback))


@dataclass(frozen=True)
class Interrupted:
    """The attempt was asked to stop and handed its work back."""

    dropped_log_lines: int = 0


Outcome = Succeeded | Failed | Interrupted
