"""What happens to a run, in words: codes are stored, sentences are made when they are shown."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workflows.models import Event
from workflows.operations.request import Effect
from workflows.words import effect_in_words, reason_in_words

_SENTENCES: Final[Mapping[str, Any]] = {
    "run_created": gettext_lazy("created by %(by)s"),
    "run_started": gettext_lazy("started"),
    "run_admitted": gettext_lazy("has a place: its steps begin"),
    "run_paused": gettext_lazy("paused"),
    "run_resumed": gettext_lazy("resumed"),
    "run_settled": gettext_lazy("nothing of it runs any more"),
    "run_cancelled": gettext_lazy("cancelled"),
    "run_retried": gettext_lazy("retried"),
    "run_restarted": gettext_lazy("put back to the beginning"),
    "run_failing": gettext_lazy("will fail when what runs has ended (%(code)s)"),
    "run_completed": gettext_lazy("completed"),
    "run_failed": gettext_lazy("failed (%(code)s)"),
    "step_started": gettext_lazy("%(step)s: attempt %(attempt)s started"),
    "step_succeeded": gettext_lazy("%(step)s: succeeded"),
    "step_failed": gettext_lazy("%(step)s: failed for good (%(code)s)"),
    "step_retrying": gettext_lazy("%(step)s: failed (%(code)s), will be tried again"),
    "step_skipped": gettext_lazy("%(step)s: skipped"),
    "step_interrupted": gettext_lazy("%(step)s: attempt %(attempt)s was interrupted"),
    "step_lost": gettext_lazy("%(step)s: the worker of attempt %(attempt)s was lost"),
    "step_unconfirmed": gettext_lazy("%(step)s: attempt %(attempt)s never confirmed that it stopped"),
    "replay_queued": gettext_lazy("%(step)s: a replay was queued"),
    "replay_ended": gettext_lazy("%(step)s: the replay ended (%(status)s)"),
    "hold_ended": gettext_lazy("the hold has ended"),
    "attempt_late": gettext_lazy("%(step)s: attempt %(attempt)s reported too late"),
    "fan_out_opened": gettext_lazy("%(step)s: has %(items)s items"),
}


class _Facts(dict[str, Any]):
    def __missing__(self, name: str) -> str:
        return "–"


def sentence(event: Event) -> str:
    """Say what happened; an event that has no sentence yet is named by its code."""
    known = _SENTENCES.get(event.kind)
    if known is None:
        return f"{event.step}: {event.kind}" if event.step else event.kind
    return str(known) % _Facts(event.data, step=event.step)


def effect_line(effect: Effect) -> str:
    """Say what an operation does to a step, and why."""
    step = effect.step_id if effect.count == 1 else f"{effect.step_id} ({effect.count})"
    return f"{step:30} {effect_in_words(effect.effect)}: {reason_in_words(effect.reason)}"


def state_in_words(label: Any, phase: str) -> str:
    """Name a run's state, and what it leaves open where that is not obvious."""
    still_open = {
        "waiting": _("waits for a place"),
        "draining": _("what runs is ending"),
        "stopping": _("what runs is told to stop"),
    }
    return f"{label} ({still_open[phase]})" if phase in still_open else str(label)
