"""The only sender of broker messages. A message says "look here"; losing it delays work, no more."""

import logging
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from celery import current_app
from django.db import transaction
from kombu import Connection, Queue
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)

ADVANCE = "workflows.advance"
REPLAY = "workflows.replay"
BULK = "workflows.bulk"


def wake_on_commit(workflow_id: UUID, step_ids: Sequence[int | None]) -> None:
    """Tell workers, after the commit, which steps of a run may be claimed; ``None`` stands for any of them."""

    def send() -> None:
        wake([(workflow_id, step_id) for step_id in step_ids])

    transaction.on_commit(send, robust=True)


def wake(places: Sequence[tuple[UUID, int | None]]) -> bool:
    """Send the messages now; a broker that is down is logged, and the clock sends them later. ``False``: it is down."""
    return _send(ADVANCE, [(str(workflow_id), step_id) for workflow_id, step_id in places])


def wake_replay_on_commit(attempt_id: int) -> None:
    """Tell a worker, after the commit, that a replay waits for it."""

    def send() -> None:
        wake_replay([attempt_id])

    transaction.on_commit(send, robust=True)


def wake_replay(attempt_ids: Sequence[int]) -> bool:
    """Tell workers now that replays wait; as ``wake``."""
    return _send(REPLAY, [(attempt_id,) for attempt_id in attempt_ids])


def wake_bulk_on_commit(job_id: UUID, turn: int) -> None:
    """Tell a worker, after the commit, that a bulk job is to be worked on."""

    def send() -> None:
        wake_bulk([(job_id, turn)])

    transaction.on_commit(send, robust=True)


def wake_bulk(turns: Sequence[tuple[UUID, int]]) -> bool:
    """Tell workers now that these turns of bulk jobs are to be taken; as ``wake``."""
    return _send(BULK, [(str(job_id), turn) for job_id, turn in turns])


def _send(task: str, arguments: Sequence[tuple[Any, ...]]) -> bool:
    try:
        with current_app.producer_or_acquire() as producer:
            for args in arguments:
                current_app.send_task(task, args=args, producer=producer)
    except _unreachable(current_app.connection_for_write()) as error:
        logger.warning("The broker cannot be reached (%s); the clock will announce the work again.", error)
        return False
    return True


def waiting_messages() -> int | None:
    """Count the messages that no worker has taken yet; ``None``: the broker cannot be reached."""
    connection = current_app.connection_for_read()
    try:
        with connection, connection.channel() as channel:
            queue: Any = Queue(current_app.conf.task_default_queue, channel=channel)
            return int(queue.queue_declare(passive=True).message_count)
    except connection.channel_errors:
        return 0  # nobody has sent or taken anything yet
    except _unreachable(connection) as error:
        logger.warning("The broker cannot be reached (%s).", error)
        return None


def broker_answers() -> bool:
    """Tell whether the broker can be reached; takes no longer than its connection may."""
    return waiting_messages() is not None


def _unreachable(connection: Connection) -> tuple[type[BaseException], ...]:
    """What is raised when the broker is away: by the system, by kombu, or by the transport's own library."""
    return (OSError, OperationalError, *connection.connection_errors)
