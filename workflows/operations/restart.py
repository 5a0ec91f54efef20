"""Restart: put an ended run back to the beginning, where it waits for a start."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from workflows.engine.move import Move
from workflows.engine.steer import put_back
from workflows.operations import effects
from workflows.operations.request import Effect
from workflows.operations.verb import Act, Verb
from workflows.reset_plan import Reset
from workflows.states import Operation


class Restart(Verb):
    """Begin anew, in the same run; earlier attempts stay on record."""

    operation = Operation.RESTART
    permission = "workflows.can_restart"
    saved = (
        "generation",
        "error",
        "output",
        "started_at",
        "finished_at",
        "settled_at",
        "paused_at",
        "deadline_at",
        "deadline_left",
    )

    def plan(self, act: Act) -> list[Effect]:
        """Every step runs again, once the run is started."""
        again = [Effect(key, "run_again", "run_restarts") for key in act.graph.nodes]
        return [*again, *effects.in_flight(act.run, "drain", "old_attempt_has_to_end_first")]

    def apply(self, act: Act, move: Move) -> Mapping[str, Any]:
        """Put every step back."""
        put_back(move, act.run, Reset(whole=frozenset(act.graph.nodes)))
        return {}

    def message(self, act: Act) -> str:
        """See ``Verb``."""
        return _("The run was put back to the beginning successfully; start it when you are ready.")
