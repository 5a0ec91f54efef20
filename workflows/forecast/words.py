"""What would become of a step, in one sentence."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from workflows.forecast.simulation import Action, Simulated, Why

_SENTENCES: Final[Mapping[Why, Any]] = {
    Why.DONE: _("is done and keeps its output"),
    Why.SKIPPED_BEFORE: _("was skipped and stays so"),
    Why.IN_FLIGHT: _("runs already and would end"),
    Why.READY: _("would run: it only waits for a worker"),
    Why.TRIED_AGAIN: _("would be tried again when its back-off ends"),
    Why.NOT_STARTED: _("would run"),
    Why.NAMED: _("would run again: it is the step that was named"),
    Why.NOT_DONE_OR_BELOW: _("would run again: it is not done, or takes from what runs again"),
    Why.CONDITION_FALSE: _("would be skipped: its condition is false"),
    Why.CONDITION_UNKNOWN: _("unknown until %(until)s: its condition hangs on that"),
    Why.NEED_SKIPPED: _("would be skipped: a step that it needs is skipped"),
    Why.NEED_UNKNOWN: _("unknown until %(until)s: a step that it needs hangs on that"),
    Why.NEED_FAILS: _("would not start: a step that it needs does not succeed"),
    Why.RUN_FAILS: _("would not start: a step has failed for good, and the run fails; retry it then"),
    Why.NOT_A_LIST: _("would fail: it fans out over something that is not a list"),
}


def in_words(item: Simulated) -> str:
    """Say it."""
    sentence = str(_SENTENCES[item.why]) % {"until": ", ".join(item.unknown_until)}
    if item.action is Action.RUN and item.unknown_until:
        return str(_("%(what)s; how many items, is unknown until %(until)s")) % {
            "what": sentence,
            "until": ", ".join(item.unknown_until),
        }
    return sentence
