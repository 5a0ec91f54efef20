"""Resume a paused run: what came in meanwhile is applied, and what is due goes on."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from workflows.engine.move import Move
from workflows.engine.steer import let_go_on, settle_if_ended
from workflows.operations import effects
from workflows.operations.request import Effect
from workflows.operations.verb import Act, Verb
from workflows.states import Operation


class Resume(Verb):
    """Let the run go on; what was left of its deadline counts from here."""

    operation = Operation.RESUME
    permission = "workflows.can_resume"
    saved = ("paused_at", "settled_at", "deadline_at", "deadline_left", "hold", "hold_until")

    def plan(self, act: Act) -> list[Effect]:
        """Every step that has not begun may start again."""
        return effects.unfinished(act.run, "start", "run_resumes")

    def apply(self, act: Act, move: Move) -> Mapping[str, Any]:
        """Let it go on."""
        let_go_on(move, act.run)
        return {}

    def after_save(self, act: Act, move: Move) -> None:
        """The last result may have come in while the run was paused."""
        settle_if_ended(move)

    def message(self, act: Act) -> str:
        """See ``Verb``."""
        return _("The run was resumed successfully.")
