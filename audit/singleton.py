"""Duties that one process at a time does: a lease on a row, with a token that rises when it changes hands.

A lease saves work, it does not fence: whoever is suspended in the middle of a duty may wake up when another has taken
it over. What must never happen twice is therefore guarded where it is written: a seal's number exists once.
"""

import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db.models import F
from django.db.models.functions import Now

from audit.models import Singleton


@contextmanager
def holding(name: str, seconds: float) -> Iterator[int | None]:
    """Hold a duty while something is done, and give its token; ``None``: somebody else has it, leave it alone.

    After ``seconds``, by the database's clock, others may take it over. To be entered outside of a transaction.
    """
    token = take(name, seconds)
    try:
        yield token
    finally:
        if token is not None:
            give_back(name, token)


def take(name: str, seconds: float) -> int | None:
    """Take a duty for so long and give its token; ``None``: somebody has it.

    Never given back, it is a duty that is done once in so many seconds, whoever does it.
    """
    if Singleton.objects.filter(name=name, expires_at__gt=Now()).exists():
        return None
    holder = f"{socket.gethostname()[:150]}:{os.getpid()}:{secrets.token_hex(8)}"
    until = Now() + timedelta(seconds=seconds)
    free = Singleton.objects.filter(name=name, expires_at__lte=Now())
    if not free.update(holder=holder, token=F("token") + 1, expires_at=until):
        first = Singleton(name=name, holder=holder, expires_at=until)
        Singleton.objects.bulk_create([first], ignore_conflicts=True)  # somebody may be faster
    return Singleton.objects.filter(name=name, holder=holder).values_list("token", flat=True).first()


def give_back(name: str, token: int) -> None:
    """Let others take the duty at once; without effect where they have already."""
    Singleton.objects.filter(name=name, token=token).update(expires_at=Now())
