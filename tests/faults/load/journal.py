"""What clients asked and what they were answered, written down before and after, as Jepsen does it."""

import json
import threading
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from tests.faults.stage.clock import now_ns

IN_PROGRESS = "operation_in_progress"
CREATE = "create"
BULK = "bulk"


class Outcome(StrEnum):
    """What a client knows after all its sendings of one request."""

    ACKNOWLEDGED = "acknowledged"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass
class Sending:
    """One HTTP request. Times are the machine's, in ns; ``status`` 0: no answer came."""

    sent: int
    answered: int | None = None
    status: int = 0
    body: Any = None

    @property
    def outcome(self) -> Outcome:
        """What this answer says by itself; a first call that is still at work says nothing."""
        in_progress = self.status == 409 and isinstance(self.body, dict) and self.body.get("reason_code") == IN_PROGRESS
        if self.status == 0 or self.status >= 500 or in_progress:
            return Outcome.UNKNOWN
        return Outcome.ACKNOWLEDGED if self.status < 300 else Outcome.REFUSED


@dataclass
class Record:
    """One wish of a client, sent once or several times; several times only where it can happen but once.

    ``id`` goes along as metadata or label. ``kind`` is ``create``, ``bulk``, or the operation's name.
    """

    id: str
    kind: str
    runs: tuple[str, ...] = ()
    step: str = ""
    bulk_operation: str = ""
    is_keyed: bool = False
    sendings: list[Sending] = field(default_factory=list)

    @property
    def outcome(self) -> Outcome:
        """What the client knows: one clear yes is enough; without, one sending without an answer leaves it open."""
        outcomes = {sending.outcome for sending in self.sendings}
        for found in (Outcome.ACKNOWLEDGED, Outcome.UNKNOWN):
            if found in outcomes:
                return found
        return Outcome.REFUSED

    @property
    def answers(self) -> list[Sending]:
        """The sendings that were answered for good."""
        return [sending for sending in self.sendings if sending.outcome is not Outcome.UNKNOWN]

    @property
    def first_sent(self) -> int:
        """When it was sent first."""
        return min((sending.sent for sending in self.sendings), default=0)

    @property
    def answered(self) -> int | None:
        """When the first clear answer was there; ``None``: there was none."""
        times = [sending.answered for sending in self.answers if sending.answered is not None]
        return min(times, default=None)


class Journal:
    """Kept by all clients together, in memory and in a file that survives them."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("a", buffering=1)
        self._lock = threading.Lock()
        self._records: list[Record] = []

    def open(self, record: Record) -> Record:
        """Take a wish up before it is sent."""
        with self._lock:
            self._records.append(record)
            self._file.write(json.dumps({"wish": asdict(record)}) + "\n")
        return record

    def sent(self, record: Record) -> Sending:
        """Note that it is being sent."""
        sending = Sending(now_ns())
        with self._lock:
            record.sendings.append(sending)
            self._file.write(json.dumps({"sent": record.id, "at": sending.sent}) + "\n")
        return sending

    def answered(self, record: Record, sending: Sending, status: int, body: Any) -> None:
        """Note what came back."""
        sending.answered, sending.status, sending.body = now_ns(), status, body
        with self._lock:
            self._file.write(
                json.dumps({"answered": record.id, "at": sending.answered, "is": status, "body": body}) + "\n"
            )

    def records(self) -> list[Record]:
        """All wishes so far."""
        with self._lock:
            return list(self._records)
