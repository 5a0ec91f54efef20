"""What a worker asks of a database that may be out of reach for a moment, which is nobody's failure."""

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from django.db import connection
from django.utils.translation import gettext as _

from workflows.authoring.errors import StopRequested
from workflows.engine.reach import OUT_OF_REACH
from workflows.worker.session import LEASE

logger = logging.getLogger(__name__)

PATIENCE = LEASE.total_seconds() * 5 / 6
"""Seconds for which a worker tries again: less than its lease, after which nothing that it holds counts."""
_PAUSE = 0.5

_Result = TypeVar("_Result")


def patiently(act: Callable[[], _Result], goes_on: Callable[[], bool] | None = None) -> _Result:
    """Do it again while the database is out of reach: while ``goes_on`` says so, or for as long as the lease may last.

    Raises:
        OperationalError, InterfaceError, InternalError: it stayed out of reach.
    """
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return act()
        except OUT_OF_REACH as error:
            if not (goes_on() if goes_on else time.monotonic() <= until):
                raise
            logger.warning("The database is out of reach (%s); trying again.", error)
            connection.close()
            time.sleep(_PAUSE)


def for_step(act: Callable[[], _Result]) -> _Result:
    """Do patiently what a step's own code asks for; where that is in vain the step ends without a failure.

    Raises:
        StopRequested: the database stayed out of reach.
        OperationalError, InterfaceError, InternalError: the same, within a transaction that the step began, which
            cannot go on.
    """
    if connection.in_atomic_block:
        return act()
    try:
        return patiently(act)
    except OUT_OF_REACH as error:
        raise StopRequested(_("the database is out of reach")) from error


def if_reached(act: Callable[[], _Result], otherwise: _Result) -> _Result:
    """Do what can wait for the next time; gives ``otherwise`` where the database is out of reach."""
    if connection.in_atomic_block:
        return act()
    try:
        return act()
    except OUT_OF_REACH as error:
        logger.warning("The database is out of reach (%s); going on.", error)
        connection.close()
        return otherwise
