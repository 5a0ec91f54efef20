"""Skip a step by hand; what depends on it goes on with the output that is given in its place, or with none."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from workflows.engine.move import Move
from workflows.engine.skip import skip_step
from workflows.engine.steer import settle_if_ended
from workflows.models import Step
from workflows.operations.errors import Refused
from workflows.operations.request import Effect
from workflows.operations.verb import Act, Verb
from workflows.states import Operation, ReasonCode, StepState
from workflows.values import NotJson, TooLarge, encode, to_json

_SKIPPABLE = (StepState.PENDING, StepState.READY, StepState.WAITING, StepState.FAILED)


class SkipStep(Verb):
    """Skip the step that ``step_id`` names. Option ``output``: what its dependents are given."""

    operation = Operation.SKIP_STEP
    permission = "workflows.can_skip_step"
    options = frozenset({"output"})

    def plan(self, act: Act) -> list[Effect]:
        """The step is skipped; what needs it goes on, at once if its turn had come."""
        step = _skippable(act)
        below = () if step.remaining else act.graph.dependents[step.key]
        return [
            Effect(step.wire_id, "skip", "asked_for"),
            *(Effect(key, "start", "need_is_done") for key in below),
        ]

    def apply(self, act: Act, move: Move) -> Mapping[str, Any]:
        """Skip it."""
        skip_step(move, _skippable(act), act.option("output"))
        return {"step_id": act.request.step_id}

    def after_save(self, act: Act, move: Move) -> None:
        """It may have been the last."""
        settle_if_ended(move)

    def message(self, act: Act) -> str:
        """See ``Verb``."""
        return _("The step %(step)s was skipped successfully.") % {"step": act.request.step_id}


def _skippable(act: Act) -> Step:
    step = act.step()
    if step.status not in _SKIPPABLE or step.session_id is not None:
        raise Refused(
            ReasonCode.INVALID_STATE,
            _("The step %(step)s is %(state)s; only a step that has not started or has failed can be skipped.")
            % {"step": step.wire_id, "state": step.get_status_display()},
        )
    try:
        encode(to_json(act.option("output"), "output"))
    except (NotJson, TooLarge) as error:
        raise Refused(
            ReasonCode.INVALID_CONFIGURATION, _("The step cannot be given this output."), {"output": [str(error)]}
        ) from error
    return step
