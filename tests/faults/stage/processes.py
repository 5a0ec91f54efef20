"""The processes of the portal, and who starts them again when they have died: what supervisord does in real life."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from venom_portal.processes.conf import TETHER

_LOOK_EVERY = 0.1
_STARTS_AGAIN_AFTER = 0.3


@dataclass(frozen=True)
class Part:
    """How one process is run."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]


@dataclass
class _Kept:
    part: Part
    process: "subprocess.Popen[bytes] | None" = None
    held: bool = False
    """Whether it is to stay dead."""
    not_before: float = 0.0
    starts: int = 0
    once: Mapping[str, str] = field(default_factory=dict)
    """What is added to the environment of its next start."""


@dataclass
class Keeper:
    """Starts parts, and starts them again. All are children of its one thread: they end when that ends."""

    logs: Path
    _kept: dict[str, _Kept] = field(default_factory=dict)
    _ended: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to keep."""
        self.logs.mkdir(parents=True, exist_ok=True)
        self._thread = threading.Thread(target=self._keep, name="keeper")
        self._thread.start()

    def add(self, part: Part) -> None:
        """Run a part from now on."""
        self._kept[part.name] = _Kept(part)

    def names(self, beginning: str = "") -> list[str]:
        """The parts whose names begin like this."""
        return [name for name in self._kept if name.startswith(beginning)]

    def main(self, name: str) -> psutil.Process | None:
        """A part's main process, while it lives."""
        process = self._kept[name].process
        with suppress(psutil.Error):
            return psutil.Process(process.pid) if process and process.poll() is None else None
        return None

    def children(self, name: str) -> list[psutil.Process]:
        """The processes that a part has made."""
        main = self.main(name)
        with suppress(psutil.Error):
            return main.children(recursive=True) if main else []
        return []

    def whole(self, name: str) -> list[psutil.Process]:
        """A part's main process and all that it has made."""
        main = self.main(name)
        return [main, *self.children(name)] if main else []

    def hold(self, name: str, *, down: bool) -> None:
        """Keep a part down when it dies, or let it be started again."""
        self._kept[name].held = down

    def add_once(self, name: str, **environment: str) -> None:
        """Add to the environment of a part's next start, and of that one only."""
        self._kept[name].once = environment

    def starts(self, name: str) -> int:
        """How often a part was started."""
        return self._kept[name].starts

    def end(self) -> None:
        """Ask everything to end, the broker last; kill what does not."""
        for kept in self._kept.values():
            kept.held = True
        for name in sorted(self._kept, key=lambda name: name == "broker"):
            self._end(self._kept[name])
        self._ended.set()
        if self._thread:
            self._thread.join()

    def _keep(self) -> None:
        while not self._ended.wait(_LOOK_EVERY):
            for kept in list(self._kept.values()):
                self._look_after(kept)

    def _look_after(self, kept: _Kept) -> None:
        if kept.process is not None and kept.process.poll() is None:
            kept.not_before = time.monotonic() + _STARTS_AGAIN_AFTER
        elif not kept.held and time.monotonic() >= kept.not_before:
            with (self.logs / f"{kept.part.name}.log").open("ab") as log:
                kept.process = subprocess.Popen(
                    [*TETHER, *kept.part.command], env={**kept.part.environment, **kept.once}, cwd=self.logs,
                    stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                )  # fmt: skip
            kept.starts += 1
            kept.once = {}

    def _end(self, kept: _Kept) -> None:
        if kept.process is None:
            return
        kept.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            kept.process.wait(timeout=12)
        with suppress(ProcessLookupError):
            os.killpg(kept.process.pid, signal.SIGKILL)
        kept.process.wait()


def send(number: int, processes: Sequence[psutil.Process]) -> list[int]:
    """Send a signal, and give the ids of those that it has reached."""
    reached = []
    for process in processes:
        with suppress(psutil.Error):
            process.send_signal(number)
            reached.append(process.pid)
    return reached


def eventually(check: Callable[[], object], seconds: float, what: str) -> None:
    """Wait until the check is true.

    Raises:
        TimeoutError: it was not within so many seconds.
    """
    until = time.monotonic() + seconds
    while not check():
        if time.monotonic() > until:
            raise TimeoutError(f"{what}: not within {seconds:.0f} s")
        time.sleep(0.1)
