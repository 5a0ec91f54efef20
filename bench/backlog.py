"""Letting work queue up before it is measured, so that whoever sends it is not what is measured."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from celery import Celery

_ANSWERS_WITHIN = 30.0


class NoWorkerError(RuntimeError):
    """No worker answered."""


@contextmanager
def held_back(app: Celery, queue: str) -> Iterator[None]:
    """Keep the worker from taking messages of the queue while inside; its processes stay warm."""
    _tell(app, "cancel_consumer", queue)
    try:
        yield
    finally:
        _tell(app, "add_consumer", queue)


def wait_for_worker(app: Celery) -> None:
    """Return when a worker answers; what is asked before it listens is lost, so it is asked again."""
    deadline = time.monotonic() + _ANSWERS_WITHIN
    while not app.control.broadcast("ping", reply=True, limit=1, timeout=1.0):
        if time.monotonic() > deadline:
            raise NoWorkerError("no worker answered; its log says why")


def _tell(app: Celery, command: str, queue: str) -> None:
    arguments = {"queue": queue}
    if not app.control.broadcast(command, arguments, reply=True, limit=1, timeout=_ANSWERS_WITHIN):
        raise NoWorkerError(f"no worker answered {command}")
