"""What a step can ask and tell while it runs: ``current()``."""

from typing import Any


class Context:
    """The attempt that is running, as its step sees it.

    This class itself stands in where no attempt runs, as in an author's unit test: it answers and does nothing.
    """

    workflow_id: str = ""
    step_id: str = ""
    attempt: int = 1
    idempotency_key: str = ""
    """The same for every attempt of one step in one generation: hand it to whatever must happen only once."""

    @property
    def checkpoint_value(self) -> Any:
        """What the last ``checkpoint`` kept, in this attempt or an earlier one; ``None`` where there is none."""
        return None

    def progress(self, done: float, total: float, note: str = "") -> None:
        """Tell how far the step is; shown to operators, written at most once a second."""

    def checkpoint(self, value: Any) -> None:
        """Keep a JSON value across attempts, pause and crash; it is in the database when this returns."""

    def should_stop(self) -> bool:
        """Tell whether the step is asked to stop; looks itself, at most once a second."""
        return False

    def save_artifact(self, name: str, content: str | bytes, content_type: str = "text/plain") -> str:
        """Keep a file with the run and give its address below the run's own: ``artifacts/NAME``."""
        return f"artifacts/{name}"


_NOTHING_RUNS = Context()
_active: Context = _NOTHING_RUNS


def current() -> Context:
    """Give the context of the attempt that this process runs; a worker process runs one at a time."""
    return _active


def activate(context: Context | None) -> None:
    """Set what ``current()`` gives; for the worker alone."""
    global _active
    _active = context or _NOTHING_RUNS
