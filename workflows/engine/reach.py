"""A database that is out of reach, told from one that answers and refuses something."""

import logging
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import InterfaceError, InternalError, OperationalError, connection

logger = logging.getLogger(__name__)

OUT_OF_REACH = (OperationalError, InterfaceError, InternalError)
"""What is raised where the server is away, has ended the connection or the transaction, or cannot write for a while."""


def database_answers() -> bool:
    """Tell, on a new connection, whether the database answers; for use outside transactions."""
    connection.close()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except OUT_OF_REACH:
        return False
    return True


def on_its_own(act: Callable[..., bool], workflow_id: UUID, *rest: Any) -> bool | None:
    """Do this to one of many runs, and give its answer; ``None``: it went wrong, which keeps no other run waiting.

    Raises:
        OperationalError, InterfaceError, InternalError: the database is out of reach.
    """
    try:
        return act(workflow_id, *rest)
    except OUT_OF_REACH:
        raise
    except Exception:
        logger.exception("The run %s is passed over: %s went wrong.", workflow_id, act.__name__.strip("_"))
        return None
