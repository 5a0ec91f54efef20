"""The processes that work: workers and clocks, and how long they have been silent, by the database's clock."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db.models import BooleanField, Case, DurationField, ExpressionWrapper, F, Value, When
from django.db.models.functions import Now

from workflows.models import Session
from workflows.models.session import SessionKind
from workflows.selectors.explain_facts import CLOCK_IS_SILENT_AFTER

_SHOWN: Final = 100
_FORGOTTEN_AFTER: Final = timedelta(hours=1)
"""For so long a process is shown that went silent without a word."""

_AGE = ExpressionWrapper(Now() - F("heartbeat_at"), output_field=DurationField())
_ALIVE = Case(When(expires_at__gt=Now(), then=Value(True)), default=Value(False), output_field=BooleanField())


@dataclass(frozen=True)
class Processes:
    """Sessions that have not ended, each with ``silent_for`` and ``is_alive``."""

    rows: list[Session]

    @property
    def live_workers(self) -> int:
        """How many workers are alive."""
        return sum(self._is_live_worker(row) for row in self.rows)

    @property
    def served_queues(self) -> set[str]:
        """The queues from which a live worker takes steps."""
        return {queue for row in self.rows if self._is_live_worker(row) for queue in row.queues}

    @property
    def clock_ticks(self) -> bool:
        """Whether a clock has ticked lately."""
        clocks = (row for row in self.rows if row.kind == SessionKind.CLOCK)
        return any(silent_for(row) < CLOCK_IS_SILENT_AFTER for row in clocks)

    @staticmethod
    def _is_live_worker(row: Session) -> bool:
        return row.kind == SessionKind.WORKER and is_alive(row)


def processes() -> Processes:
    """Read them in one statement, workers last."""
    rows = Session.objects.filter(kind__in=SessionKind.values, expires_at__gt=Now() - _FORGOTTEN_AFTER, ended_at=None)
    rows = rows.annotate(silent_for=_AGE, is_alive=_ALIVE)
    return Processes(list(rows.order_by("kind", "host", "started_at")[:_SHOWN]))


def silent_for(row: Session) -> timedelta:
    """Give the time since the last heartbeat of a session that ``processes`` has read."""
    return max(timedelta(), getattr(row, "silent_for", timedelta.max))


def is_alive(row: Session) -> bool:
    """Tell whether a session that ``processes`` has read still has a fresh heartbeat."""
    return bool(getattr(row, "is_alive", False))
