"""What operations are called on their buttons."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy, ngettext_lazy

from workflows.operations.request import Effect
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


_COUNTED = {
    Operation.RETRY: ("run_again", ngettext_lazy("Retry %(count)d step", "Retry %(count)d steps", "count")),
    Operation.RESTART: ("run_again", ngettext_lazy("Restart %(count)d step", "Restart %(count)d steps", "count")),
    Operation.CANCEL: ("cancel", ngettext_lazy("Cancel %(count)d step", "Cancel %(count)d steps", "count")),
}
"""Operations whose size matters, the effect that it is counted by, and the words of the button that does it."""


def act_with_count(operation: Operation, step_id: str | None, effects: Sequence[Effect]) -> str:
    """Name an operation on the button that does it: with the number of steps that it concerns, where that matters."""
    effect, words = _COUNTED.get(operation, ("", None))
    count = sum(one.count for one in effects if one.effect == effect)
    return str(words % {"count": count}) if words and count else act_in_words(operation, step_id)


_ON_RUNS: dict[Operation, "StrOrPromise"] = {
    Operation.START: ngettext_lazy("Start %(count)d run", "Start %(count)d runs", "count"),
    Operation.PAUSE: ngettext_lazy("Pause %(count)d run", "Pause %(count)d runs", "count"),
    Operation.RESUME: ngettext_lazy("Resume %(count)d run", "Resume %(count)d runs", "count"),
    Operation.CANCEL: ngettext_lazy("Cancel %(count)d run", "Cancel %(count)d runs", "count"),
    Operation.RETRY: ngettext_lazy("Retry %(count)d run", "Retry %(count)d runs", "count"),
    Operation.RESTART: ngettext_lazy("Restart %(count)d run", "Restart %(count)d runs", "count"),
    Operation.SKIP_STEP: ngettext_lazy("Skip a step of %(count)d run", "Skip a step of %(count)d runs", "count"),
    Operation.REPLAY_STEP: ngettext_lazy("Replay a step of %(count)d run", "Replay a step of %(count)d runs", "count"),
}


def act_on_runs(operation: Operation, count: int) -> str:
    """Name an operation on so many runs: the words of the button that does it."""
    return str(_ON_RUNS[operation] % {"count": count})


_DOING: dict[Operation, "StrOrPromise"] = {
    Operation.START: gettext_lazy("Starting…"),
    Operation.PAUSE: gettext_lazy("Pausing…"),
    Operation.RESUME: gettext_lazy("Resuming…"),
    Operation.CANCEL: gettext_lazy("Cancelling…"),
    Operation.RETRY: gettext_lazy("Retrying…"),
    Operation.RESTART: gettext_lazy("Restarting…"),
    Operation.SKIP_STEP: gettext_lazy("Skipping…"),
    Operation.REPLAY_STEP: gettext_lazy("Replaying…"),
    Operation.DRY_RUN: gettext_lazy("Looking…"),
}


def doing_in_words(operation: Operation) -> str:
    """Name an operation while it is being done."""
    return str(_DOING[operation])


def act_in_words(operation: Operation, step_id: str | None = None) -> str:
    """Name an operation on a run, or on a step of it: the words of its button."""
    if step_id and operation in _OF_STEP:
        return _OF_STEP[operation] % {"step": step_id}
    return str(_OF_RUN[operation])
