"""Preview an operation: the checks and the plan of the operation itself, without its lock, and nothing is done."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actor import Actor
from audit.models import Result
from audit.record import record
from workflows.engine.transaction import writing
from workflows.models import Workflow
from workflows.models.workflow import new_id
from workflows.operations.catalogue import verb_of
from workflows.operations.dry_run import DryRun
from workflows.operations.errors import Refused
from workflows.operations.outlook import estimated_seconds
from workflows.operations.recipe import check_request, check_state, run_not_found
from workflows.operations.request import Effect, Preview, Request
from workflows.operations.tickets import issue_ticket
from workflows.operations.verb import Act, Verb
from workflows.states import Operation, ReasonCode

OPERATION = "preview"


@dataclass
class _Look:
    """What is found out on the way: the run, what would be done to it, and why it would be refused."""

    actor: Actor
    request: Request
    verb: Verb
    operation_id: UUID
    began: float = field(default_factory=time.perf_counter)
    run: Workflow | None = None
    effects: Sequence[Effect] = ()
    refusal: Refused | None = None

    @property
    def act(self) -> Act:
        """The operation at work; there has to be a run."""
        assert self.run is not None  # noqa: S101 (callers have looked)
        return Act(self.actor, self.request, self.run, self.operation_id)


def preview(actor: Actor, request: Request) -> Preview:
    """Say what an operation would do now; where it would be refused, say why, and issue no ticket.

    Whoever may dry-run may look, and sees the effects of what only others may do.

    Raises:
        Refused: ``permission_denied``: the actor may neither look nor do it; this is on record.
    """
    look = _Look(actor, request, _verb(request.operation), request.operation_id or new_id())
    if not (actor.may(DryRun.permission) or actor.may(look.verb.permission)):
        raise _not_even_look(look)
    _find_out(look)
    seconds = estimated_seconds(look.act) if look.run and not look.refusal else None
    now = timezone.now()
    with writing():
        ticket = issue_ticket(look.act, look.effects, now) if look.run and not look.refusal else None
        _record(look)
    return Preview(
        operation=request.operation,
        workflow_id=request.workflow_id,
        ticket=ticket.pk if ticket else None,
        expires_at=ticket.expires_at if ticket else None,
        allowed=look.refusal is None,
        reason_code=look.refusal.code if look.refusal else look.verb.reason_code,
        message=look.refusal.message if look.refusal else _("The operation is possible now."),
        effects=tuple(look.effects),
        estimated_seconds=seconds,
        operation_id=look.operation_id,
    )


def _verb(operation: Operation) -> Verb:
    return DryRun() if operation is Operation.DRY_RUN else verb_of(operation)


def _find_out(look: _Look) -> None:
    """Go through what the operation goes through; its first refusal is the one that is told."""
    try:
        check_request(look.actor, look.request, look.verb)
    except Refused as refusal:
        look.refusal = refusal
        if refusal.code is not ReasonCode.PERMISSION_DENIED:
            return
    try:
        look.run = _run(look.request.workflow_id)
        check_state(look.run, look.verb)
        look.effects = look.verb.plan(look.act)
    except Refused as refusal:
        look.refusal = look.refusal or refusal


def _run(workflow_id: UUID) -> Workflow:
    run = Workflow.objects.select_related("definition").filter(pk=workflow_id).first()
    if run is None:
        raise run_not_found(workflow_id)
    return run


def _not_even_look(look: _Look) -> Refused:
    look.refusal = Refused(
        ReasonCode.PERMISSION_DENIED,
        _("%(user)s may not look at this; it takes the permission %(permission)s.")
        % {"user": look.actor.name, "permission": DryRun.permission},
    )
    with writing():
        _record(look)
    return look.refusal


def _record(look: _Look) -> None:
    """Put the look on record: it succeeded, whether or not the operation is possible, unless looking was refused."""
    request, refusal = look.request, look.refusal
    status = look.run.status if look.run else ""
    record(
        look.actor,
        OPERATION,
        "workflow",
        str(request.workflow_id),
        result=Result.FAILURE if refusal else Result.SUCCESS,
        reason_code=refusal.code if refusal else ReasonCode.OPERATION_COMPLETED,
        operation_id=look.operation_id,
        parent=request.parent,
        state_before=status,
        state_after=status,
        params={"operation": request.operation, "step_id": request.step_id, "options": dict(request.options)},
        reason=request.reason,
        duration_ms=(time.perf_counter() - look.began) * 1000,
        error_message=refusal.message if refusal else "",
    )
