"""The session of this process: its row, and what keeps it alive."""

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
from workflows.worker.place import birth, here

LEASE = timedelta(seconds=settings.VENOM_LEASE_SECONDS)
BEAT_SECONDS = LEASE.total_seconds() / 3

_lock = threading.Lock()
_own: dict[int, UUID] = {}
_left_behind: set[tuple[int, UUID]] = set()


def open_session(kind: SessionKind, queues: list[str] | None = None) -> UUID:
    """Write a session for this process and give its id; times are the database's."""
    session_id = new_id()
    Session.objects.create(
        id=session_id,
        kind=kind,
        host=socket.gethostname(),
        pid=os.getpid(),
        place=here(),
        born=birth(os.getpid()),
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
            _own[pid] = open_session(SessionKind.WORKER, list(settings.VENOM_QUEUES))
        return _own[pid]


def forget_own_session() -> None:
    """End this process's session, if it has one."""
    with _lock:
        session_id = _own.pop(os.getpid(), None)
    if session_id:
        end_session(session_id)


def abandon_own_session() -> None:
    """Take a new session when there is work again; what the old one holds is given back when the database answers."""
    with _lock:
        session_id = _own.pop(os.getpid(), None)
        _own.clear()
        if session_id:
            _left_behind.add((os.getpid(), session_id))


def left_behind() -> list[UUID]:
    """Give the sessions of this process that were abandoned and not closed yet."""
    with _lock:
        return [session_id for pid, session_id in _left_behind if pid == os.getpid()]


def is_closed(session_id: UUID) -> None:
    """Note that nothing is left to be done about an abandoned session."""
    with _lock:
        _left_behind.discard((os.getpid(), session_id))
