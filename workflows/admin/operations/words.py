"""What operations, their effects and the reasons of these are called."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy

from workflows.states import Operation

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_OF_RUN: dict[Operation, "StrOrPromise"] = {
    Operation.START: gettext_lazy("Start run"),
    Operation.PAUSE: gettext_lazy("Pause run"),
    Operation.RESUME: gettext_lazy("Resume run"),
    Operation.CANCEL: gettext_lazy("Cancel run"),
    Operation.RETRY: gettext_lazy("Retry run"),
    Operation.RESTART: gettext_lazy("Restart run"),
    Operation.SKIP_STEP: gettext_lazy("Skip step"),
    Operation.REPLAY_STEP: gettext_lazy("Replay step"),
    Operation.DRY_RUN: gettext_lazy("Dry run"),
}

_OF_STEP: dict[Operation, "StrOrPromise"] = {
    Operation.RETRY: gettext_lazy("Retry from step %(step)s"),
    Operation.SKIP_STEP: gettext_lazy("Skip step %(step)s"),
    Operation.REPLAY_STEP: gettext_lazy("Replay step %(step)s"),
}

_EFFECTS: dict[str, "StrOrPromise"] = {
    "cancel": gettext_lazy("is cancelled"),
    "drain": gettext_lazy("runs on to its end"),
    "hold": gettext_lazy("waits"),
    "keep_output": gettext_lazy("keeps its output"),
    "run_again": gettext_lazy("runs again"),
    "skip": gettext_lazy("is skipped"),
    "start": gettext_lazy("starts when its turn comes"),
    "stop": gettext_lazy("is told to stop"),
}

_REASONS: dict[str, "StrOrPromise"] = {
    "asked_for": gettext_lazy("it was asked for"),
    "done": gettext_lazy("it is done"),
    "in_flight": gettext_lazy("an attempt is running"),
    "item_not_done": gettext_lazy("this item is not done"),
    "named": gettext_lazy("it is the step that was named"),
    "need_is_done": gettext_lazy("it needs the step that is skipped"),
    "not_done_or_below": gettext_lazy("it is not done, or it needs a step that runs again"),
    "old_attempt_has_to_end_first": gettext_lazy("its old attempt has to end first"),
    "replay": gettext_lazy("the replay is kept beside the output"),
    "run_is_cancelled": gettext_lazy("the run is cancelled"),
    "run_pauses": gettext_lazy("the run pauses"),
    "run_restarts": gettext_lazy("the run is put back to the beginning"),
    "run_resumes": gettext_lazy("the run goes on"),
    "run_starts": gettext_lazy("the run starts"),
}


def act_in_words(operation: Operation, step_id: str | None = None) -> str:
    """Name an operation on a run, or on a step of it: the words of its button."""
    if step_id and operation in _OF_STEP:
        return _OF_STEP[operation] % {"step": step_id}
    return str(_OF_RUN[operation])


def effect_in_words(code: str) -> str:
    """Say what happens to a step; a code without words stays as it is."""
    return str(_EFFECTS.get(code, code))


def reason_in_words(code: str) -> str:
    """Say why it happens to the step; a code without words stays as it is."""
    return str(_REASONS.get(code, code))
