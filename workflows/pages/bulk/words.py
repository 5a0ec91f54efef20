"""What bulk operations are called."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy

from workflows.models.bulk import BulkResult
from workflows.operations.bulk.steer import BulkAct
from workflows.states import Operation

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

IN_BULK: dict[Operation, "StrOrPromise"] = {
    Operation.PAUSE: gettext_lazy("Pause"),
    Operation.RESUME: gettext_lazy("Resume"),
    Operation.RETRY: gettext_lazy("Retry"),
    Operation.CANCEL: gettext_lazy("Cancel"),
    Operation.START: gettext_lazy("Start"),
    Operation.RESTART: gettext_lazy("Restart"),
}
"""The operations that are offered for many runs, in the order of their buttons. Those on a step name one run's step."""

ACTS: dict[BulkAct, "StrOrPromise"] = {
    BulkAct.PAUSE: gettext_lazy("Pause the bulk operation"),
    BulkAct.RESUME: gettext_lazy("Go on with it"),
    BulkAct.CANCEL: gettext_lazy("Cancel the rest"),
    BulkAct.RETRY_FAILED: gettext_lazy("Retry what was refused"),
}

RESULT_ICONS: dict[str, str] = {
    BulkResult.WAITING: "○",
    BulkResult.DONE: "✓",
    BulkResult.REFUSED: "✗",
    BulkResult.ALREADY: "=",
    BulkResult.GONE: "?",
}

RESULT_CLASSES: dict[str, str] = {
    BulkResult.WAITING: "idle",
    BulkResult.DONE: "succeeded",
    BulkResult.REFUSED: "failed",
    BulkResult.ALREADY: "skipped",
    BulkResult.GONE: "lost",
}
"""States whose colours results have."""
