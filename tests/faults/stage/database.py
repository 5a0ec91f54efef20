"""What a fault run asks of a database, whichever it is."""

from collections.abc import Sequence
from random import Random
from typing import Protocol

import psutil


class Database(Protocol):
    """A database that the portal works on."""

    name: str

    @property
    def url(self) -> str:
        """Its ``DATABASE_URL``."""

    def crash(self, random: Random) -> str:
        """Break it off in the middle of its work, bring it back, and say how it was done."""

    def hold_up(self, seconds: float, random: Random) -> str:
        """Keep everybody waiting for so long, and say how."""

    def writers(self, portal: Sequence[psutil.Process]) -> tuple[Sequence[psutil.Process], int]:
        """Give the processes that write its files (``portal``: the portal's own), and the size of the largest file."""

    def revive(self) -> None:
        """See to it that it runs."""

    def end(self) -> None:
        """Stop it."""

    def damage(self) -> str:
        """Say what its own check finds wrong with its files; nothing: they are whole."""
