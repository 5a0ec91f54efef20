"""What ``current()`` gives while an attempt runs."""

import re
import threading
import time
from typing import Any

from django.db import DatabaseError, InterfaceError
from django.db.models import F
from django.utils.translation import gettext as _

from workflows.authoring.context import Context
from workflows.authoring.errors import StopRequested
from workflows.engine.claim import Claim
from workflows.engine.finish import finish
from workflows.engine.outcome import Outcome
from workflows.models import Artifact, Attempt, Step, Workflow
from workflows.states import RunState, StepState
from workflows.values import encode, to_json
from workflows.worker.log_capture import LogBuffer
from workflows.worker.reach import for_step, if_reached

MAX_ARTIFACT_BYTES = 16 * 1024 * 1024
_ARTIFACT_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_EVERY = 1.0


class AttemptContext(Context):
    """The attempt that this process runs: tells the database how far it is, asks it whether to go on."""

    def __init__(self, claim: Claim, logs: LogBuffer) -> None:
        self.claim = claim
        self.logs = logs
        self.workflow_id = str(claim.workflow_id)
        self.step_id = claim.wire_id
        self.attempt = claim.number
        self.idempotency_key = f"{claim.workflow_id}/{claim.wire_id}/{claim.generation}"
        self._checkpoint = claim.checkpoint
        self._progress: dict[str, Any] | None = None
        self._progress_written = 0.0
        self._progress_lock = threading.Lock()
        self._asked = 0.0
        self._stop = False

    @property
    def checkpoint_value(self) -> Any:
        """See ``Context``."""
        return self._checkpoint

    def checkpoint(self, value: Any) -> None:
        """See ``Context``.

        Raises:
            NotJson: the value is not JSON.
            TooLarge: it takes more than 256 KiB.
            StopRequested: the step has gone to another worker, or the database stays out of reach.
        """
        plain = to_json(value, "checkpoint")
        encode(plain)
        if not for_step(lambda: self._held().update(checkpoint=plain)):
            self._stop = True
            raise StopRequested(_("the step has gone to another worker"))
        self._checkpoint = plain

    def progress(self, done: float, total: float, note: str = "") -> None:
        """See ``Context``."""
        with self._progress_lock:
            self._progress = to_json({"done": done, "total": total, "note": note}, "progress")
        if time.monotonic() - self._progress_written >= _EVERY:
            if_reached(self.write_progress, otherwise=None)

    def write_progress(self) -> None:
        """Write what was told last, if it is not written yet.

        Raises:
            django.db.Error: it could not be written; it is kept for the next time.
        """
        with self._progress_lock:
            latest, self._progress = self._progress, None
            self._progress_written = time.monotonic()
        if latest is None:
            return
        try:
            self._held().update(progress=latest)
        except (DatabaseError, InterfaceError):
            with self._progress_lock:
                self._progress = self._progress or latest
            raise

    def may_begin(self) -> bool:
        """Tell whether the step's code may begin: nobody has paused, cancelled or taken it since the claim."""
        runs = Workflow.objects.filter(pk=self.claim.workflow_id, status=RunState.RUNNING)
        return self._may_go_on() and runs.exists()

    def should_stop(self) -> bool:
        """See ``Context``."""
        if not self._stop and time.monotonic() - self._asked >= _EVERY:
            self._asked = time.monotonic()
            self._stop = not if_reached(self._may_go_on, otherwise=True)
        return self._stop

    def hand_in(self, outcome: Outcome) -> None:
        """Record what came of the attempt, and leave what follows to others; from whichever thread knows it."""
        finish(self.claim, outcome, take_next=False)

    def stop(self) -> None:
        """Ask the step to stop, from beside it, whatever the database says."""
        self._stop = True

    def save_artifact(self, name: str, content: str | bytes, content_type: str = "text/plain") -> str:
        """See ``Context``.

        Raises:
            ValueError: the name or the size cannot be used.
            StopRequested: the database stays out of reach.
        """
        if not _ARTIFACT_NAME.fullmatch(name):
            raise ValueError(
                _("an artifact's name is up to 100 letters, digits, dots, dashes and underscores, not %(name)r")
                % {"name": name}
            )
        data = content.encode() if isinstance(content, str) else content
        if len(data) > MAX_ARTIFACT_BYTES:
            raise ValueError(
                _("the artifact %(name)s takes %(size)s MiB; at most %(limit)s MiB are kept")
                % {"name": name, "size": len(data) >> 20, "limit": MAX_ARTIFACT_BYTES >> 20}
            )
        kept = {"step": self.step_id, "content_type": content_type, "size": len(data), "content": data}
        for_step(
            lambda: Artifact.objects.update_or_create(workflow_id=self.claim.workflow_id, name=name, defaults=kept)
        )
        return f"artifacts/{name}"

    def _held(self) -> Any:
        """The step while this attempt holds it; a replay never does, so that it leaves the step alone."""
        return Step.objects.filter(pk=self.claim.step_id, token=self.claim.token, status=StepState.RUNNING)

    def _may_go_on(self) -> bool:
        return Attempt.objects.filter(
            pk=self.claim.attempt_id,
            stop_requested_at__isnull=True,
            step__token=F("token"),
            step__status=StepState.RUNNING,
        ).exists()
