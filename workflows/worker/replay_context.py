"""What ``current()`` gives to a replay: it looks like the first time, and leaves the run alone."""

from typing import Any

from workflows.engine.outcome import Outcome
from workflows.engine.replay import finish_replay
from workflows.models import Attempt
from workflows.states import AttemptState
from workflows.values import encode, to_json
from workflows.worker.context import AttemptContext


class ReplayContext(AttemptContext):
    """An attempt beside the step's own: it may log, but neither progress, checkpoints nor artifacts are the run's."""

    def checkpoint(self, value: Any) -> None:
        """Keep the value for this replay alone."""
        plain = to_json(value, "checkpoint")
        encode(plain)
        self._checkpoint = plain

    def hand_in(self, outcome: Outcome) -> None:
        """Keep what came of the replay beside the step's own result."""
        finish_replay(self.claim, outcome)

    def write_progress(self) -> None:
        """The step's progress is that of the attempt that counts."""

    def save_artifact(self, name: str, content: str | bytes, content_type: str = "text/plain") -> str:
        """The run keeps the artifact that it has."""
        return f"artifacts/{name}"

    def may_begin(self) -> bool:
        """A replay does not ask how the run is."""
        return self._may_go_on()

    def _may_go_on(self) -> bool:
        return Attempt.objects.filter(
            pk=self.claim.attempt_id, status=AttemptState.RUNNING, stop_requested_at__isnull=True
        ).exists()
