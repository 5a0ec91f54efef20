"""Talk to the running supervisor about its processes."""

import http.client
from pathlib import Path
from typing import Any
from xmlrpc.client import Fault, ServerProxy

from supervisor.states import ProcessStates
from supervisor.xmlrpc import SupervisorTransport

_FAILED = (ProcessStates.BACKOFF, ProcessStates.EXITED, ProcessStates.FATAL)


def process_infos(socket: Path) -> list[dict[str, Any]]:
    """List the processes as the supervisor describes them; empty while it does not answer (yet)."""
    transport = SupervisorTransport(serverurl=f"unix://{socket}")
    try:
        infos: Any = ServerProxy("http://127.0.0.1", transport=transport).supervisor.getAllProcessInfo()
    except (OSError, Fault, http.client.HTTPException):
        return []
    return list(infos)


def failed_process(socket: Path) -> str | None:
    """Name a process that has ended without being told to, if there is one."""
    return next((info["name"] for info in process_infos(socket) if info["state"] in _FAILED), None)
