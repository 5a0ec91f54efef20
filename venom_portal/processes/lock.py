"""One running portal per data directory."""

import fcntl
import json
import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import psutil
from django.utils.translation import gettext as _

from venom_portal.processes import PortalError
from venom_portal.processes.conf import LONGEST_STOP, STOP_SECONDS

logger = logging.getLogger(__name__)

# A killed `up` leaves a supervisor behind that takes this long, at most, to stop its processes, the broker last.
_LEFTOVERS_END_WITHIN = LONGEST_STOP + STOP_SECONDS + 5.0


@contextmanager
def data_dir_lock(data_dir: Path, address: str) -> Iterator[int]:
    """Hold the data directory; yields the lock's descriptor, and whoever inherits that holds the lock too.

    Raises:
        PortalError: another portal runs on this data directory, or the processes of a killed one do not end.
    """
    with (data_dir / "up.lock").open("a+") as file:
        _acquire(file, data_dir)
        file.truncate(0)
        file.write(json.dumps({"pid": os.getpid(), "address": address}))
        file.flush()
        yield file.fileno()


def _acquire(file: TextIO, data_dir: Path) -> None:
    until: float | None = None
    while not _try_lock(file):
        _refuse_if_it_runs(file, data_dir)
        if until is None:
            logger.warning("A killed portal's processes are ending; this takes %d s at most.", _LEFTOVERS_END_WITHIN)
            until = time.monotonic() + _LEFTOVERS_END_WITHIN
        elif time.monotonic() > until:
            message = _("the processes that a killed portal left on %(folder)s do not end; end them yourself")
            raise PortalError(message % {"folder": data_dir})
        time.sleep(0.1)


def _refuse_if_it_runs(file: TextIO, data_dir: Path) -> None:
    pid, address = _holder(file)
    if psutil.pid_exists(pid):
        message = _(
            "a portal runs on %(folder)s already (process %(pid)s, %(url)s); stop it, or use another --data-dir"
        )
        raise PortalError(message % {"folder": data_dir, "pid": pid, "url": address})


def _try_lock(file: TextIO) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _holder(file: TextIO) -> tuple[int, str]:
    """Read who holds the lock; process 0, which always exists, for one that has not written its name yet."""
    file.seek(0)
    try:
        content = json.load(file)
    except ValueError:
        return 0, "?"
    return content["pid"], content["address"]
