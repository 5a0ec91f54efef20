"""Tickets: an operation that does exactly what its preview showed, or nothing."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import astuple
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from workflows.models import Ticket, Workflow
from workflows.operations.errors import Refused
from workflows.operations.request import Effect
from workflows.operations.verb import Act
from workflows.states import ReasonCode

VALID_FOR = timedelta(minutes=10)


def issue_ticket(act: Act, effects: Sequence[Effect], now: datetime) -> Ticket:
    """Keep what was shown, for ten minutes."""
    return Ticket.objects.create(
        workflow=act.run,
        user=act.actor.user,
        operation=act.request.operation,
        step_id=act.request.step_id or "",
        fingerprint=_fingerprint(act, effects),
        expires_at=now + VALID_FOR,
    )


def use_ticket(act: Act, effects: Sequence[Effect], now: datetime) -> None:
    """Check, with the run locked, that the operation does what its ticket's preview showed, and use the ticket up.

    Raises:
        Refused: ``stale_plan``: the run has moved on, or the ticket is used, expired or for something else.
    """
    ticket = Ticket.objects.filter(pk=_as_id(act.request.ticket), workflow=act.run).first()
    if ticket is None or ticket.operation != act.request.operation or ticket.user != act.actor.user:
        raise _stale(_("This ticket is not for this operation; ask for a new preview."))
    if ticket.used_at is not None or ticket.expires_at <= now:
        raise _stale(_("This ticket has been used or has expired; ask for a new preview."))
    if ticket.fingerprint != _fingerprint(act, effects):
        raise _stale(_("The run has moved on since the preview, and the effects would be others; look at them again."))
    ticket.used_at = now
    ticket.save(update_fields=["used_at"])


def _fingerprint(act: Act, effects: Sequence[Effect]) -> str:
    """SHA-256 over the run's state and the effects, in hexadecimal."""
    run: Workflow = act.run
    content = [
        run.status,
        run.generation,
        act.request.step_id,
        dict(act.request.options),
        [astuple(e) for e in effects],
    ]
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


def _as_id(text: str | None) -> UUID:
    try:
        return UUID(text or "")
    except ValueError:
        return UUID(int=0)  # nobody's ticket


def _stale(message: str) -> Refused:
    return Refused(ReasonCode.STALE_PLAN, message)
