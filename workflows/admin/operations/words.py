"""What operations are called on their buttons."""

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


def act_in_words(operation: Operation, step_id: str | None = None) -> str:
    """Name an operation on a run, or on a step of it: the words of its button."""
    if step_id and operation in _OF_STEP:
        return _OF_STEP[operation] % {"step": step_id}
    return str(_OF_RUN[operation])
