"""Start an idle run."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from workflows.engine.move import Move
from workflows.engine.start import start_run
from workflows.operations import effects
from workflows.operations.request import Effect
from workflows.operations.verb import Act, Verb
from workflows.states import Operation


class Start(Verb):
    """Set the run going; its deadline counts from here."""

    operation = Operation.START
    permission = "workflows.can_start"

    def plan(self, act: Act) -> list[Effect]:
        """Every step is to run."""
        return effects.unfinished(act.run, "start", "run_starts")

    def apply(self, act: Act, move: Move) -> Mapping[str, Any]:
        """Start; the engine saves the run."""
        start_run(move, act.run)
        return {}

    def message(self, act: Act) -> str:
        """See ``Verb``."""
        return _("The run was started successfully.")
