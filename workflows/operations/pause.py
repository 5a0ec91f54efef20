"""Pause a run: nothing more of it is claimed; what is in flight ends, or is stopped and handed back."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from workflows.engine.move import Move
from workflows.engine.steer import hold, settle_if_ended
from workflows.operations import effects
from workflows.operations.errors import Refused
from workflows.operations.quiet import wait_until_begun
from workflows.operations.request import Effect
from workflows.operations.verb import Act, Verb
from workflows.states import Operation, ReasonCode

DRAIN, STOP = "drain", "stop"
RESUME, STAY = "resume", "stay"


class Pause(Verb):
    """Hold the run.

    Options: ``mode`` (``drain`` or ``stop``), ``hold_until`` (a time), ``then`` (``resume`` or ``stay``).
    """

    operation = Operation.PAUSE
    permission = "workflows.can_pause"
    options = frozenset({"mode", "hold_until", "then"})
    saved = ("paused_at", "deadline_at", "deadline_left", "hold", "hold_until")

    def plan(self, act: Act) -> list[Effect]:
        """What is in flight drains or stops; the rest waits."""
        stops = _mode(act) == STOP
        _hold_until(act)
        _then(act)
        running = effects.in_flight(act.run, "stop" if stops else "drain", "in_flight")
        return [*running, *effects.unfinished(act.run, "hold", "run_pauses")]

    def apply(self, act: Act, move: Move) -> Mapping[str, Any]:
        """Hold the run, and remember who did it, why and until when."""
        hold(move, act.run, stop_attempts=_mode(act) == STOP)
        until = _hold_until(act)
        act.run.hold_until = until
        act.run.hold = {
            "by": act.actor.name,
            "reason": act.request.reason,
            "mode": _mode(act),
            "until": until.isoformat() if until else None,
            "then": _then(act) if until else None,
        }
        return {"mode": _mode(act), "in_flight": move.run.in_flight}

    def after_save(self, act: Act, move: Move) -> None:
        """It is settled at once where nothing is in flight."""
        settle_if_ended(move)

    def after_commit(self, act: Act) -> None:
        """No step's code begins after the answer; a bulk operation does not wait for each of its runs."""
        if act.request.parent is None:
            wait_until_begun(act.run.pk)

    def message(self, act: Act) -> str:
        """See ``Verb``."""
        return _("The run was paused successfully.")


def _mode(act: Act) -> str:
    return _one_of(act, "mode", DRAIN, STOP)


def _then(act: Act) -> str:
    return _one_of(act, "then", RESUME, STAY)


def _one_of(act: Act, name: str, default: str, other: str) -> str:
    given = act.option(name) or default
    if given not in (default, other):
        message = _("This is one of: %(values)s.") % {"values": f"{default}, {other}"}
        raise Refused(ReasonCode.INVALID_CONFIGURATION, _("The pause cannot be made like this."), {name: [message]})
    return str(given)


def _hold_until(act: Act) -> datetime | None:
    given = act.option("hold_until")
    if given is None:
        return None
    until = _read_time(given)
    if not isinstance(until, datetime) or timezone.is_naive(until) or until <= timezone.now():
        message = _("This is a time to come, with its offset, such as 2030-01-31T08:00:00+01:00.")
        raise Refused(
            ReasonCode.INVALID_CONFIGURATION, _("The pause cannot be made like this."), {"hold_until": [message]}
        )
    return until


def _read_time(given: Any) -> Any:
    """Read a time in UTC; ``None`` where it is none, or lies beyond the end of time."""
    try:
        until = parse_datetime(given) if isinstance(given, str) else given
        return until.astimezone(UTC) if isinstance(until, datetime) and timezone.is_aware(until) else until
    except (ValueError, OverflowError):
        return None
