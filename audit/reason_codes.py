"""Why operations ended as they did, in words: codes are stored and sent, words are made when they are shown."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_WORDS: dict[str, "StrOrPromise"] = {
    "success_hot_swap": _("in force at once"),
    "success_restart_pending": _("in force after a restart"),
    "operation_completed": _("done"),
    "operation_cancelled": _("cancelled"),
    "operation_in_progress": _("under way"),
    "forbidden_transition": _("the state does not allow it"),
    "invalid_state": _("it does not fit the present state"),
    "resource_not_found": _("there is no such thing"),
    "invalid_configuration": _("what was asked for is not valid"),
    "incompatible_combination": _("the parts do not fit together"),
    "dependency_missing": _("something that it needs is missing"),
    "service_unavailable": _("a service is out of reach"),
    "permission_denied": _("not permitted"),
    "stale_plan": _("things have changed since the preview"),
    "operation_failed": _("failed"),
    "kernel_runtime_mismatch": _("kernel and runtime do not fit"),
    "provider_model_mismatch": _("provider and model do not fit"),
    "embedding_incompatible": _("embedding and provider do not fit"),
    "intent_mode_conflict": _("the intent mode needs something else"),
}


def code_in_words(code: str) -> str:
    """Say why in the reader's language; a code without words stands for itself."""
    return str(_WORDS.get(code, code))
