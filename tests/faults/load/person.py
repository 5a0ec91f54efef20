"""Somebody who starts runs and operates on them, without rest."""

import threading
import time
import uuid
from collections import deque
from random import Random
from typing import Any

from tests.faults.load.client import Client
from tests.faults.load.journal import BULK, CREATE, Journal, Outcome, Record

_RUNS = "/api/v1/workflows/"
_OPERATIONS = "/api/v1/workflow/operations"
_FLOWS: tuple[tuple[str, dict[str, Any], int], ...] = (
    ("faults-chain", {}, 8),
    ("faults-fan", {"width": 5}, 4),
    ("faults-stumble", {"times": 2}, 3),
    ("faults-sleep", {"seconds": 0.5}, 4),
    ("faults-sleep", {"seconds": 2.0}, 6),
    ("faults-checkpoint", {"turns": 20}, 3),
    ("faults-failing", {}, 2),
)
POISON = "faults-poison"
_ON_A_STEP = ("skip_step", "replay_step")
_WISHES = {
    "pause": 6, "resume": 8, "cancel": 3, "retry": 5, "restart": 2, "start": 4, "skip_step": 2, "replay_step": 2,
    "dry_run": 2,
}  # fmt: skip
_AT_ONCE = 10
"""Runs that one person has in the air; beyond, nothing new is started, so that work does not pile up without end."""
_SENDINGS = 4


class Person(threading.Thread):
    """Starts, looks, operates; writes every wish down first."""

    def __init__(self, name: str, client: Client, journal: Journal, random: Random, shared: "deque[str]") -> None:
        super().__init__(name=name, daemon=True)
        self._client, self._journal, self._random = client, journal, random
        self._shared = shared
        """Runs of everybody, the latest: people meet on them."""
        self._mine: list[str] = []
        self._ended = threading.Event()
        self.error: BaseException | None = None
        """What went wrong with the runner itself, if something did."""

    def end(self) -> None:
        """Stop after what is being asked now."""
        self._ended.set()

    def run(self) -> None:
        """See ``threading``."""
        try:
            self._live()
        except BaseException as error:  # noqa: BLE001 (told by the session, in its own thread)
            self.error = error

    def _live(self) -> None:
        while not self._ended.wait(self._random.uniform(0.05, 0.35)):
            if len(self._mine) < _AT_ONCE and self._random.random() < 0.6:
                self._start_one()
            elif self._random.random() < 0.08 and len(self._shared) > 5:
                self._operate_on_many()
            elif self._mine:
                self._operate_on_one()

    def start_poison(self) -> Outcome:
        """Start a run that kills its worker, now."""
        return self._start_run(POISON, {})

    def _start_one(self) -> None:
        definition, given, _weight = self._random.choices(_FLOWS, [weight for *_rest, weight in _FLOWS])[0]
        self._start_run(definition, given)

    def _start_run(self, definition: str, given: dict[str, Any]) -> Outcome:
        wish = self._new(CREATE)
        body = {
            "definition": definition,
            "input": given,
            "labels": {"journal": wish.id},
            "start": definition == POISON or self._random.random() > 0.05,
            "priority": self._random.choice((0, 0, 0, 5)),
        }
        wish.is_keyed = self._random.random() < 0.5
        has_start_key = wish.is_keyed and self._random.random() < 0.5
        if has_start_key:
            body["start_key"] = wish.id
        self._send(wish, _RUNS, body, wish.id if wish.is_keyed and not has_start_key else None)
        if wish.outcome is Outcome.ACKNOWLEDGED:
            run = str(wish.answers[0].body["id"])
            self._mine.append(run)
            self._shared.append(run)
        return wish.outcome

    def _operate_on_one(self) -> None:
        run = self._random.choice(list(self._shared) if self._random.random() < 0.2 else self._mine)
        status, seen = self._client.get(f"{_RUNS}{run}/")
        if status == 200:
            self._forget_if_ended(run, seen)
            if seen["status"] == "running" and self._random.random() < 0.7:
                return  # most runs are let be
        allowed = seen["allowed_operations"] if status == 200 and self._random.random() < 0.85 else list(_WISHES)
        operation = self._random.choices(allowed, [_WISHES[name] for name in allowed])[0]
        step = self._step_of(run) if operation in _ON_A_STEP or operation == "retry" else ""
        if operation in _ON_A_STEP and not step:
            return
        self._operate(operation, run, step)
        if operation == "restart":
            self._operate("start", run, "")

    def _operate(self, operation: str, run: str, step: str) -> None:
        wish = self._new(operation, runs=(run,), step=step)
        body: dict[str, Any] = {"workflow_id": run, "metadata": {"journal": wish.id}}
        if step:
            body["step_id"] = step
        if operation == "pause" and self._random.random() < 0.3:
            body["mode"] = "stop"
        wish.is_keyed = self._random.random() < 0.5
        self._send(wish, f"{_OPERATIONS}/{operation.replace('_', '-')}", body, wish.id if wish.is_keyed else None)

    def _operate_on_many(self) -> None:
        operation = self._random.choice(("pause", "resume", "resume", "cancel"))
        runs = tuple(sorted({self._random.choice(list(self._shared)) for _ in range(4)}))
        wish = self._new(BULK, runs=runs, bulk_operation=operation)
        wish.is_keyed = self._random.random() < 0.5
        body = {"operation": operation, "workflow_ids": list(runs), "metadata": {"journal": wish.id}}
        self._send(wish, f"{_OPERATIONS}/bulk", body, wish.id if wish.is_keyed else None)

    def _new(self, kind: str, **more: Any) -> Record:
        return Record(uuid.UUID(int=self._random.getrandbits(128)).hex, kind, **more)

    def _send(self, wish: Record, path: str, body: Any, key: str | None) -> None:
        """Send it; what can happen but once is sent again without an answer, and sometimes just so."""
        self._journal.open(wish)
        for number in range(_SENDINGS):
            sending = self._journal.sent(wish)
            status, answer = self._client.post(path, body, key)
            self._journal.answered(wish, sending, status, answer)
            is_open = sending.outcome is Outcome.UNKNOWN
            if not wish.is_keyed or not (is_open or (number == 0 and self._random.random() < 0.3)):
                break
            if is_open and self._ended.wait(0.5 * (number + 1)):
                break
        if wish.outcome is Outcome.UNKNOWN:
            time.sleep(0.3)  # the portal may need a moment

    def _step_of(self, run: str) -> str:
        status, answer = self._client.get(f"{_RUNS}{run}/steps/")
        if status != 200 or self._random.random() < 0.2:
            return ""
        steps = answer["results"] if isinstance(answer, dict) else answer
        return str(self._random.choice(steps)["id"]) if steps else ""

    def _forget_if_ended(self, run: str, seen: dict[str, Any]) -> None:
        """Turn away from runs that have ended, most of the time, and from some that are held."""
        is_over = seen["status"] in ("completed", "failed", "cancelled") and self._random.random() < 0.8
        is_left = seen["status"] in ("paused", "idle") and self._random.random() < 0.15
        if (is_over or is_left) and run in self._mine:
            self._mine.remove(run)
