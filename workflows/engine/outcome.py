"""What a worker reports of an attempt."""

from dataclasses import dataclass
from typing import Any

from workflows.states import AttemptState


@dataclass(frozen=True)
class Succeeded:
    """The step's function returned; ``text`` is the output as JSON, ``value`` the same as plain types."""

    value: Any
    text: str
    dropped_log_lines: int = 0


@dataclass(frozen=True)
class Failed:
    """The attempt did not give an output. ``permanent``: another attempt would not either."""

    code: str
    message: str
    traceback: str = ""
    permanent: bool = False
    state: AttemptState = AttemptState.FAILED
    dropped_log_lines: int = 0


@dataclass(frozen=True)
class Interrupted:
    """The attempt was asked to stop and handed its work back."""

    dropped_log_lines: int = 0


Outcome = Succeeded | Failed | Interrupted
