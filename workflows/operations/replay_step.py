"""Replay a finished step: run it once more with the input that it had, and keep the result beside the old one."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from workflows.engine.move import Move
from workflows.engine.replay import queue_replay
from workflows.models import Step
from workflows.operations.errors import Refused
from workflows.operations.request import Effect
from workflows.operations.verb import Act, Verb
from workflows.states import Operation, ReasonCode, StepState


class ReplayStep(Verb):
    """Run the step that ``step_id`` names again, without touching the run."""

    operation = Operation.REPLAY_STEP
    permission = "workflows.can_replay_step"

    def plan(self, act: Act) -> list[Effect]:
        """One attempt more; the step keeps its output."""
        step = _replayable(act)
        return [Effect(step.wire_id, "run_again", "replay"), Effect(step.wire_id, "keep_output", "replay")]

    def apply(self, act: Act, move: Move) -> Mapping[str, Any]:
        """Queue the attempt."""
        attempt = queue_replay(move, _replayable(act))
        return {"step_id": act.request.step_id, "attempt": attempt.number}

    def message(self, act: Act) -> str:
        """See ``Verb``."""
        return _("A replay of the step %(step)s was queued successfully.") % {"step": act.request.step_id}


def _replayable(act: Act) -> Step:
    step = act.step()
    if step.is_map or step.status not in (StepState.SUCCEEDED, StepState.FAILED):
        raise Refused(
            ReasonCode.INVALID_STATE,
            _("The step %(step)s is %(state)s; only a step that has run, or an item of a fan-out, can be replayed.")
            % {"step": step.wire_id, "state": step.get_status_display()},
        )
    return step
