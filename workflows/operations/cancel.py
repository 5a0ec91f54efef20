"""Cancel a run: it is over at once; attempts in flight are told to stop, and nothing that they report counts."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from workflows.engine.move import Move
from workflows.engine.steer import end_at_once, settle_if_ended
from workflows.operations import effects
from workflows.operations.quiet import wait_until_begun
from workflows.operations.request import Effect
from workflows.operations.verb import Act, Verb
from workflows.states import Operation, ReasonCode


class Cancel(Verb):
    """End the run."""

    operation = Operation.CANCEL
    permission = "workflows.can_cancel"
    reason_code = ReasonCode.OPERATION_CANCELLED
    saved = ("finished_at", "settled_at", "deadline_at", "deadline_left", "hold", "hold_until")

    def plan(self, act: Act) -> list[Effect]:
        """What is in flight is stopped, what has not begun never does, what is done stays."""
        return [
            *effects.in_flight(act.run, "stop", "in_flight"),
            *effects.unfinished(act.run, "cancel", "run_is_cancelled"),
            *effects.done(act.run, "keep_output", "done"),
        ]

    def apply(self, act: Act, move: Move) -> Mapping[str, Any]:
        """End it."""
        end_at_once(move, act.run)
        return {"in_flight": move.run.in_flight}

    def after_save(self, act: Act, move: Move) -> None:
        """It is settled at once where nothing is in flight."""
        settle_if_ended(move)

    def after_commit(self, act: Act) -> None:
        """No step's code begins after the answer; a bulk operation does not wait for each of its runs."""
        if act.request.parent is None:
            wait_until_begun(act.run.pk)

    def message(self, act: Act) -> str:
        """See ``Verb``."""
        return _("The run was cancelled successfully.")
