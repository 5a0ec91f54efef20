"""The only sender of broker messages. A message says "look here"; losing it delays work, no more."""

import logging
from collections.abc import Sequence
from uuid import UUID

from celery import current_app
from django.db import transaction

logger = logging.getLogger(__name__)

ADVANCE = "workflows.advance"


def wake_on_commit(workflow_id: UUID, step_ids: Sequence[int | None]) -> None:
    """Tell workers, after the commit, which steps of a run may be claimed; ``None`` stands for any of them."""

    def send() -> None:
        wake([(workflow_id, step_id) for step_id in step_ids])

    transaction.on_commit(send, robust=True)


def wake(places: Sequence[tuple[UUID, int | None]]) -> bool:
    """Send the messages now; a broker that is down is logged, and the clock sends them later. ``False``: it is down."""
    try:
        with current_app.producer_or_acquire() as producer:
            for workflow_id, step_id in places:
                current_app.send_task(ADVANCE, args=(str(workflow_id), step_id), producer=producer)
    except (OSError, current_app.connection_for_write().connection_errors) as error:  # noqa: B030
        logger.warning("The broker cannot be reached (%s); the clock will announce the work again.", error)
        return False
    return True


def waiting_messages() -> int | None:
    """Count the messages that no worker has taken yet; ``None``: the broker cannot be reached."""
    connection = current_app.connection_for_read()
    try:
        with connection, connection.channel() as channel:
            queue = current_app.conf.task_default_queue
            return int(channel.queue_declare(queue=queue, passive=True).message_count)
    except connection.channel_errors:
        return 0
    except (OSError, *connection.connection_errors) as error:
        logger.warning("The broker cannot be reached (%s).", error)
        return None
