"""What an operation answered, read from its audit entry once the answer itself is lost."""

from uuid import UUID

from django.utils.translation import gettext as _

from audit.models import Entry, Result
from workflows.operations.request import Answer, Request
from workflows.states import Operation, ReasonCode, RunState, allowed_operations


def answer_from(entry: Entry) -> Answer:
    """Give the answer again; what only the moment knew, such as the attempts in flight then, is not in it."""
    status = RunState(entry.state_after) if entry.state_after else None
    step_id = entry.params.get("step_id")
    return Answer(
        workflow_id=UUID(entry.resource_id),
        operation=Operation(entry.operation_type),
        status=status,
        reason_code=ReasonCode(entry.reason_code),
        message=_message(entry),
        timestamp=entry.timestamp,
        metadata={**entry.params.get("metadata", {}), **({"step_id": step_id} if step_id else {})},
        allowed_operations=tuple(allowed_operations(status)) if status else (),
        operation_id=entry.operation_id,
    )


def request_of(entry: Entry) -> Request:
    """Give the request again, to be sent as another operation."""
    params = entry.params
    return Request(
        Operation(entry.operation_type),
        UUID(entry.resource_id),
        step_id=params.get("step_id"),
        reason=entry.reason,
        metadata=params.get("metadata", {}),
        options=params.get("options", {}),
    )


def _message(entry: Entry) -> str:
    if entry.result != Result.SUCCESS:
        return entry.error_message
    return _("The operation %(operation)s was carried out successfully.") % {"operation": entry.operation_type}
