"""Retry a failed or cancelled run: all that did not succeed, or a step and everything below it as well."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from workflows.engine.move import Move
from workflows.engine.reset import views_of
from workflows.engine.steer import begin_again, settle_if_ended
from workflows.models.step import NOT_AN_ITEM, wire_id
from workflows.operations import effects
from workflows.operations.errors import Refused
from workflows.operations.request import Effect
from workflows.operations.verb import Act, Verb
from workflows.reset_plan import Reset, plan_reset
from workflows.states import Operation, ReasonCode


class Retry(Verb):
    """Run again what did not succeed. ``step_id``: this step, or item, and all below it too."""

    operation = Operation.RETRY
    permission = "workflows.can_retry"
    saved = (
        "generation",
        "error",
        "output",
        "finished_at",
        "settled_at",
        "paused_at",
        "deadline_at",
    )

    def plan(self, act: Act) -> list[Effect]:
        """Say what runs again and what keeps its output; a step whose old attempt still runs waits for it."""
        reset = _reset(act)
        again = [
            Effect(key, "run_again", "named" if key == act.request.step_id else "not_done_or_below")
            for key in act.graph.nodes
            if key in reset.whole
        ]
        items = [
            Effect(wire_id(key, index), "run_again", "item_not_done")
            for key, indices in sorted(reset.items.items())
            for index in sorted(indices)
        ]
        waits = effects.in_flight(act.run, "drain", "old_attempt_has_to_end_first")
        return [*again, *items, *waits, *effects.done(act.run, "keep_output", "done", apart_from=reset.touched)]

    def apply(self, act: Act, move: Move) -> Mapping[str, Any]:
        """Put the steps back and go on."""
        begin_again(move, act.run, _reset(act), act.request.step_id)
        return {"step_id": act.request.step_id} if act.request.step_id else {}

    def after_save(self, act: Act, move: Move) -> None:
        """A run whose failed step was skipped may have nothing left to do."""
        settle_if_ended(move)

    def message(self, act: Act) -> str:
        """See ``Verb``."""
        if act.request.step_id:
            return _("The run was retried successfully from the step %(step)s.") % {"step": act.request.step_id}
        return _("The run was retried successfully.")


def _reset(act: Act) -> Reset:
    views = views_of(act.run.pk)
    if not act.request.step_id:
        return plan_reset(act.graph, views)
    step = act.step()
    reset = plan_reset(act.graph, views, step.key, None if step.index == NOT_AN_ITEM else step.index)
    if step.key not in reset.touched:
        raise Refused(
            ReasonCode.INVALID_STATE,
            _("The step %(step)s was left out because a step above it was skipped; retry from that one.")
            % {"step": step.wire_id},
        )
    return reset
