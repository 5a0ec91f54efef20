"""Start the supervisor with all parts of the portal, wait for it, and leave nothing behind."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import psutil
from django.utils.translation import gettext as _

from venom_portal.processes import PortalError
from venom_portal.processes.address import Address
from venom_portal.processes.conf import LOGS, LONGEST_STOP, TETHER, control_socket
from venom_portal.processes.supervisor import failed_process
from venom_portal.processes.tether import adopt_orphans

_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_ANSWERS_WITHIN = 60.0


class StopRequested(BaseException):
    """Somebody pressed Ctrl-C or sent a signal; not an ``Exception``, so that nothing on the way swallows it."""


@contextmanager
def stopping_cleanly() -> Iterator[None]:
    """Turn the first stop signal into ``StopRequested``, ignore the others, and leave no process behind."""
    adopt_orphans()
    earlier = psutil.Process().children(recursive=True)
    # A process under nohup is meant to outlive its terminal.
    handlers = {number: signal.getsignal(number) for number in _STOP_SIGNALS}
    for number, handler in handlers.items():
        if number != signal.SIGHUP or handler != signal.SIG_IGN:
            signal.signal(number, _request_stop)
    try:
        yield
    finally:
        _ignore_stop_signals()
        _end_descendants(earlier)
        for number, handler in handlers.items():
            signal.signal(number, handler)


def start_supervisor(conf: Path, data_dir: Path, lock: int) -> int:
    """Start supervisord in a process group of its own and return its process id.

    It inherits the lock as its standard input: after ``kill -9`` of this process the data directory
    stays taken until the supervisor has stopped everything.
    """
    environment = os.environ | {
        "VENOM_DATA_DIR": str(data_dir),
        "PYTHONPATH": os.pathsep.join(_import_path()),
        "PYTHONUNBUFFERED": "1",
    }
    return os.posix_spawn(
        sys.executable,
        [*TETHER, sys.executable, "-m", "supervisor.supervisord", "-c", str(conf)],
        environment,
        file_actions=[(os.POSIX_SPAWN_DUP2, lock, 0), (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)],
        setpgroup=0,
    )


def wait_until_up(supervisor: int, address: Address, data_dir: Path) -> None:
    """Return when the web process answers.

    Raises:
        PortalError: a part ended at once, or nothing answered in time.
    """
    deadline = time.monotonic() + _ANSWERS_WITHIN
    while not address.answers():
        if os.waitpid(supervisor, os.WNOHANG)[0]:
            raise PortalError(_("the supervisor could not be started; see %(logs)s") % {"logs": data_dir / LOGS})
        if name := failed_process(control_socket(data_dir)):
            raise PortalError(_failure(name, data_dir / LOGS / f"{name}.log"))
        if time.monotonic() > deadline:
            message = _("nothing answers at %(url)s; see %(logs)s")
            raise PortalError(message % {"url": address.url, "logs": data_dir / LOGS})
        time.sleep(0.1)


def wait_for_end(supervisor: int) -> None:
    """Return when the supervisor has ended; collects adopted orphans on the way."""
    while os.waitpid(-1, 0)[0] != supervisor:
        pass


def _failure(name: str, log: Path) -> str:
    lines = log.read_text(errors="replace").split("\n") if log.exists() else []
    reason = next((line.strip() for line in reversed(lines) if line.strip()), "?")
    message = _("%(name)s could not be started: %(reason)s (the whole story: %(log)s)")
    return message % {"name": name, "reason": reason, "log": log}


def _import_path() -> list[str]:
    """Let the parts import what this process can: its own script's folder, the project, and what PYTHONPATH says."""
    project = str(Path(__file__).resolve().parents[2])
    inherited = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    return [entry for entry in dict.fromkeys([sys.path[0], project, *inherited]) if entry]


def _request_stop(_number: int, _frame: FrameType | None) -> None:
    _ignore_stop_signals()
    raise StopRequested


def _ignore_stop_signals() -> None:
    for number in _STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def _end_descendants(earlier: list[psutil.Process]) -> None:
    """Ask the children (the supervisor among them) to end, and kill what is still there after the grace."""
    children = [child for child in psutil.Process().children() if child not in earlier]
    for child in children:
        child.terminate()
    psutil.wait_procs(children, timeout=LONGEST_STOP + 2)
    remaining = [process for process in psutil.Process().children(recursive=True) if process not in earlier]
    for process in remaining:
        process.kill()
    psutil.wait_procs(remaining, timeout=1)
