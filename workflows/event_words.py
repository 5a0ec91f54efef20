"""What happened to a run in words: codes and parameters are stored, sentences are made when they are shown."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy

from workflows.models.attempt import ATTEMPT_STATE_LABELS
from workflows.states import SkipReason

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_SENTENCES: dict[str, "StrOrPromise"] = {
    "run_created": gettext_lazy("The run was created by %(by)s."),
    "run_started": gettext_lazy("The run was started."),
    "run_admitted": gettext_lazy("The run was given its place."),
    "run_paused": gettext_lazy("The run was paused (%(mode)s); %(in_flight)s in flight."),
    "run_resumed": gettext_lazy("The run was resumed."),
    "run_cancelled": gettext_lazy("The run was cancelled; %(in_flight)s in flight."),
    "run_retried": gettext_lazy("The run was retried; %(steps)s steps run again."),
    "run_restarted": gettext_lazy("The run was put back to its beginning."),
    "run_failing": gettext_lazy("The run fails (%(code)s): nothing new starts."),
    "run_failed": gettext_lazy("The run failed (%(code)s)."),
    "run_completed": gettext_lazy("The run completed."),
    "run_settled": gettext_lazy("The last attempt in flight ended."),
    "hold_ended": gettext_lazy("The hold ended; the run stays paused."),
    "step_started": gettext_lazy("Attempt %(attempt)s began."),
    "step_succeeded": gettext_lazy("The step succeeded."),
    "step_failed": gettext_lazy("The step failed for good (%(code)s)."),
    "step_retrying": gettext_lazy("Attempt %(attempt)s failed (%(code)s); it is tried again."),
    "step_interrupted": gettext_lazy("Attempt %(attempt)s was stopped and handed its work back."),
    "step_lost": gettext_lazy("The worker of attempt %(attempt)s was lost."),
    "step_unconfirmed": gettext_lazy("Attempt %(attempt)s never confirmed that it stopped."),
    "step_skipped": gettext_lazy("The step was skipped: %(because)s."),
    "attempt_late": gettext_lazy("Attempt %(attempt)s reported too late; its result is kept, and changes nothing."),
    "fan_out_opened": gettext_lazy("The fan-out was opened with %(items)s items."),
    "replay_queued": gettext_lazy("A replay was queued as attempt %(attempt)s."),
    "replay_ended": gettext_lazy("The replay, attempt %(attempt)s, ended: %(status)s."),
}

SKIP_REASONS: dict[str, "StrOrPromise"] = {
    SkipReason.CONDITION_FALSE: gettext_lazy("its condition was false"),
    SkipReason.NEED_SKIPPED: gettext_lazy("a step that it needs was skipped"),
    SkipReason.OPERATOR: gettext_lazy("an operator skipped it"),
}

_MODES: dict[str, "StrOrPromise"] = {
    "drain": gettext_lazy("attempts end by themselves"),
    "stop": gettext_lazy("attempts are told to stop"),
}


class _Given(dict[str, Any]):
    """The parameters of a sentence; one that an old event lacks is shown as a dash."""

    def __missing__(self, _name: str) -> str:
        return "–"


def event_in_words(kind: str, data: Mapping[str, Any]) -> str:
    """Say what happened; of a kind without words its code and parameters are shown."""
    if kind not in _SENTENCES:
        return " ".join([kind, *(f"{name}={value}" for name, value in data.items())])
    given = _Given(data)
    if "because" in data:
        given["because"] = SKIP_REASONS.get(data["because"], data["because"])
    if "mode" in data:
        given["mode"] = _MODES.get(data["mode"], data["mode"])
    if "status" in data:
        given["status"] = ATTEMPT_STATE_LABELS.get(data["status"], data["status"])
    return str(_SENTENCES[kind]) % given


def known_kinds() -> frozenset[str]:
    """Give the kinds that have words."""
    return frozenset(_SENTENCES)
