"""What a fault is, and what it may touch."""

import signal
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

import psutil

from tests.faults.judge import ledger
from tests.faults.load.crowd import Crowd
from tests.faults.stage.clock import now_ns
from tests.faults.stage.processes import send
from tests.faults.stage.stage import Stage


@dataclass(frozen=True)
class Kill:
    """A process that was killed, and when (ns)."""

    pid: int
    at: int
    by: str


@dataclass(frozen=True)
class Freeze:
    """A process that stood still, from and to (ns)."""

    pid: int
    began: int
    ended: int


@dataclass
class Injection:
    """One fault that happened."""

    name: str
    began: int
    ended: int = 0
    detail: str = ""


@dataclass
class FaultLog:
    """All that was broken, in order."""

    injections: list[Injection] = field(default_factory=list)
    kills: list[Kill] = field(default_factory=list)
    freezes: list[Freeze] = field(default_factory=list)


@dataclass
class Scene:
    """The portal, the clients, chance, and the log of what was done."""

    stage: Stage
    crowd: Crowd
    random: Random
    log: FaultLog
    ended: threading.Event
    """Set when no fault is to go on any longer."""

    def pause(self, least: float, most: float) -> float:
        """Let some time pass; give how much was wanted."""
        seconds = self.random.uniform(least, most)
        self.ended.wait(seconds)
        return seconds

    def busy(self) -> set[int]:
        """Give the processes that are at a step, as far as the ledger's end tells."""
        last: dict[int, str] = {}
        for line in ledger.tail(self.stage.ledger):
            last[line.pid] = line.what
        return {pid for pid, what in last.items() if what == "began"}

    def busier(self, workers: Sequence[str]) -> str:
        """Choose one of the workers that are at a step, or any."""
        pids = self.busy()
        at_work = [name for name in workers if pids & {child.pid for child in self.stage.keeper.children(name)}]
        return self.random.choice(at_work or list(workers))

    def kill(self, processes: Sequence[psutil.Process], by: str) -> int:
        """Kill these with SIGKILL; give how many there were."""
        reached = send(signal.SIGKILL, processes)
        at = now_ns()
        self.log.kills.extend(Kill(pid, at, by) for pid in reached)
        return len(reached)

    def freeze(self, processes: Sequence[psutil.Process], seconds: float) -> int:
        """Stop these with SIGSTOP for so long; give how many there were."""
        began = now_ns()
        reached = send(signal.SIGSTOP, processes)
        try:
            time.sleep(seconds)
        finally:
            send(signal.SIGCONT, processes)
            ended = now_ns()
            self.log.freezes.extend(Freeze(pid, began, ended) for pid in reached)
        return len(reached)


@dataclass(frozen=True)
class Fault:
    """One kind: its name, and what it does.

    ``inject`` returns when it is over and says what it did; nothing, where it found nothing to do it to.
    """

    name: str
    inject: Callable[[Scene], str]
