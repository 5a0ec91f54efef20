"""The operations in words, and the names under which they stand in the audit trail."""

from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from audit import operations
from workflows.operations.bulk.steer import STEERED, BulkAct
from workflows.registry import REGISTER
from workflows.states import Operation

OPERATION_LABELS: dict[Operation, Any] = {
    Operation.START: _("start"),
    Operation.PAUSE: _("pause"),
    Operation.RESUME: _("resume"),
    Operation.CANCEL: _("cancel"),
    Operation.RETRY: _("retry"),
    Operation.RESTART: _("restart"),
    Operation.SKIP_STEP: _("skip of a step"),
    Operation.REPLAY_STEP: _("replay of a step"),
    Operation.DRY_RUN: _("dry run"),
}

_STEERING: dict[BulkAct, Any] = {
    BulkAct.PAUSE: _("pause of a bulk operation"),
    BulkAct.RESUME: _("resume of a bulk operation"),
    BulkAct.CANCEL: _("cancel of a bulk operation"),
    BulkAct.RETRY_FAILED: _("retry of what a bulk operation was refused"),
}


def register_names() -> None:
    """Make the names known to the trail."""
    for operation, label in OPERATION_LABELS.items():
        operations.register(operation.value, label)
        operations.register(f"bulk_{operation}", format_lazy("{}: {}", _("bulk"), label))
    for act, label in _STEERING.items():
        operations.register(f"{STEERED}{act.name.lower()}", label)
    operations.register("preview", _("preview of an operation"))
    operations.register(REGISTER, _("registration of a workflow"))
