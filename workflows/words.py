"""What effects and their reasons are called: codes are stored and sent, words are made when they are shown."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

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


def effect_in_words(code: str) -> str:
    """Say what happens to a step; a code without words stays as it is."""
    return str(_EFFECTS.get(code, code))


def reason_in_words(code: str) -> str:
    """Say why it happens to the step; a code without words stays as it is."""
    return str(_REASONS.get(code, code))
