"""The session of this process: its row, and the heartbeat that keeps it alive."""

import os
import socket
import threading
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import F
from django.db.models.functions import Now

from workflows.models import Session
from workflows.models.session import SessionKind
from workflows.models.workflow import new_id

LEASE = timedelta(seconds=settings.VENOM_LEASE_SECONDS)
BEAT_SECONDS = LEASE.total_seconds() / 3

_lock = threading.Lock()
_own: dict[int, UUID] = {}


def open_session(kind: SessionKind, queues: list[str] | None = None) -> UUID:
    """Write a session for this process and give its id; times are the database's."""
    session_id = new_id()
    Session.objects.create(
        id=session_id,
        kind=kind,
        host=socket.gethostname(),
        pid=os.getpid(),
        queues=queues or [],
        started_at=Now(),
        heartbeat_at=Now(),
        expires_at=Now() + LEASE,
    )
    return session_id


def beat(session_id: UUID) -> bool:
    """Prolong a session; ``False``: it has been ended by somebody else."""
    return bool(
        Session.objects.filter(pk=session_id, ended_at__isnull=True).update(
            heartbeat_at=Now(), expires_at=Now() + LEASE
        )
    )


def end_session(session_id: UUID) -> None:
    """Say that the process ends by itself."""
    Session.objects.filter(pk=session_id, ended_at__isnull=True).update(ended_at=Now(), expires_at=F("heartbeat_at"))


def own_session() -> UUID:
    """Give the worker session of this process, opening it first where there is none; a forked child gets its own."""
    with _lock:
        pid = os.getpid()
        if pid not in _own:
            _own.clear()
            _own[pid] = open_session(SessionKind.WORKER, ["default"])
        return _own[pid]


def forget_own_session() -> None:
    """End this process's session, if it has one."""
    with _lock:
        session_id = _own.pop(os.getpid(), None)
    if session_id:
        end_session(session_id)


def abandon_own_session() -> None:
    """Let this process's session expire, and take a new one when there is work again."""
    with _lock:
        _own.clear()
