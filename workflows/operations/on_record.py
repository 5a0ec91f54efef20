"""The frame of an operation that is about no run: permission, transaction, entry; a refusal on record as well."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from audit.actor import Actor
from audit.models import Result
from audit.record import record
from workflows.engine.transaction import writing
from workflows.models.workflow import new_id
from workflows.operations.errors import Refused
from workflows.states import ReasonCode


@dataclass
class Act:
    """What is done, as its entry needs it; what is known only on the way is filled in on the way."""

    actor: Actor
    operation: str
    resource_type: str
    resource_id: str = ""
    permission: str = ""
    params: dict[str, Any] = field(default_factory=dict)
    reason: str = ""
    state_before: str = ""
    state_after: str = ""
    reason_code: ReasonCode = ReasonCode.OPERATION_COMPLETED
    operation_id: UUID = field(default_factory=new_id)


@contextmanager
def on_record(act: Act) -> Iterator[Act]:
    """Do what stands inside in one transaction with its entry; what is refused changes nothing but is on record too.

    Raises:
        Refused: ``permission_denied``, or what was raised inside.
    """
    began = time.perf_counter()
    try:
        with writing():
            _check(act)
            yield act
            _record(act, began, Result.SUCCESS, act.reason_code)
    except Refused as refusal:
        with writing():
            _record(act, began, Result.FAILURE, refusal.code, refusal.message)
        raise


def _check(act: Act) -> None:
    if act.permission and not act.actor.may(act.permission):
        raise Refused(
            ReasonCode.PERMISSION_DENIED,
            _("%(user)s may not do this; it takes the permission %(permission)s.")
            % {"user": act.actor.name, "permission": act.permission},
        )


def _record(act: Act, began: float, result: Result, code: ReasonCode, error: str = "") -> None:
    record(
        act.actor,
        act.operation,
        act.resource_type,
        act.resource_id,
        result=result,
        reason_code=code,
        operation_id=act.operation_id,
        state_before=act.state_before,
        state_after=act.state_after,
        params=act.params,
        reason=act.reason,
        duration_ms=(time.perf_counter() - began) * 1000,
        error_message=error,
    )
