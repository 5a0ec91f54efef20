"""The only sender of broker messages. A message says "look here"; losing it delays work, no more.

Whoever answers a message takes the most urgent work of its queues (``engine.claim``), so that a queue needs no message
for each step that is due: it holds a bounded number, whatever is started at once.
"""

import logging
from collections.abc import Sequence
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

from celery import current_app
from django.db import transaction
from kombu import Connection, Queue
from kombu.exceptions import OperationalError

from audit.failpoints import crash_point, seeded_bug
from workflows.graph import DEFAULT_QUEUE

logger = logging.getLogger(__name__)

ADVANCE = "workflows.advance"
REPLAY = "workflows.replay"
BULK = "workflows.bulk"

QUEUE_AIM = 1_000
"""Messages that a queue holds at most for steps: enough to keep workers busy until the clock sends more."""
_WITH_REPLAYS = 2 * QUEUE_AIM
"""A replay and a bulk job are found by their own message alone: they get in where those for steps do not."""


class Look(NamedTuple):
    """What a message says: look at this step of a run, or, for ``None``, at any of them."""

    workflow_id: UUID
    step_id: int | None
    queue: str = DEFAULT_QUEUE


def wake_on_commit(looks: Sequence[Look]) -> None:
    """Tell workers, after the commit, which steps may be claimed."""

    def send() -> None:
        crash_point("wake.before_send")
        wake(looks)

    if seeded_bug("announce_before_commit"):
        send()
    else:
        transaction.on_commit(send, robust=True)


def wake(looks: Sequence[Look]) -> int | None:
    """Send the messages now, as far as the queues have room for them, and give how many were sent.

    A broker that is down is logged, and ``None`` given. What is not sent is announced by the clock later.
    """
    sent = 0
    for queue, group in groupby(sorted(looks, key=_queue_of), key=_queue_of):
        now = _send(ADVANCE, [(str(look.workflow_id), look.step_id) for look in group], queue, QUEUE_AIM)
        if now is None:
            return None
        sent += now
    return sent


def _queue_of(look: Look) -> str:
    return look.queue


def wake_replay_on_commit(attempt_id: int, queue: str) -> None:
    """Tell a worker of the queue, after the commit, that a replay waits for it."""

    def send() -> None:
        wake_replay([attempt_id], queue)

    transaction.on_commit(send, robust=True)


def wake_replay(attempt_ids: Sequence[int], queue: str) -> int | None:
    """Tell workers of the queue now that replays wait; as ``wake``."""
    return _send(REPLAY, [(attempt_id,) for attempt_id in attempt_ids], queue, _WITH_REPLAYS)


def wake_bulk_on_commit(job_id: UUID, turn: int) -> None:
    """Tell a worker, after the commit, that a bulk job is to be worked on."""

    def send() -> None:
        wake_bulk([(job_id, turn)])

    transaction.on_commit(send, robust=True)


def wake_bulk(turns: Sequence[tuple[UUID, int]]) -> int | None:
    """Tell workers of the default queue now that these turns of bulk jobs are to be taken; as ``wake``."""
    return _send(BULK, [(str(job_id), turn) for job_id, turn in turns], DEFAULT_QUEUE, _WITH_REPLAYS)


def _send(task: str, arguments: Sequence[tuple[Any, ...]], queue: str, most: int) -> int | None:
    """Send as many of these messages as the queue may still take; give how many, or ``None``: the broker is down."""
    try:
        with current_app.producer_or_acquire() as producer:
            room = max(0, most - _length(producer.connection, producer.channel, queue))
            for args in arguments[:room]:
                current_app.send_task(task, args=args, queue=queue, producer=producer)
    except _unreachable(current_app.connection_for_write()) as error:
        logger.warning("The broker cannot be reached (%s); the clock will announce the work again.", error)
        return None
    return min(room, len(arguments))


def waiting_messages(queue: str = DEFAULT_QUEUE) -> int | None:
    """Count the messages that no worker has taken yet; ``None``: the broker cannot be reached."""
    connection = current_app.connection_for_read()
    try:
        with connection:
            connection.ensure_connection(max_retries=0)  # else it tries again after two seconds
            with connection.channel() as channel:
                return _length(connection, channel, queue)
    except _unreachable(connection) as error:
        logger.warning("The broker cannot be reached (%s).", error)
        return None


def _length(connection: Connection, channel: Any, name: str) -> int:
    queue: Any = Queue(name, channel=channel)
    try:
        return int(queue.queue_declare(passive=True).message_count)
    except connection.channel_errors:
        return 0  # nobody has sent or taken anything yet


def broker_answers() -> bool:
    """Tell whether the broker can be reached; takes no longer than its connection may."""
    return waiting_messages() is not None


def _unreachable(connection: Connection) -> tuple[type[BaseException], ...]:
    """What is raised when the broker is away: by the system, by kombu, or by the transport's own library."""
    return (OSError, OperationalError, *connection.connection_errors)
