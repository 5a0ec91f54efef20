"""Taking turns at what only one may change at a time, until the end of the transaction.

SQLite lets one transaction write at a time anyway. On PostgreSQL a lock on a row would not do: whoever waits for the
last seal's row comes to hold one that is not the last any more, and locking takes the right to update.
"""

from django.db import connection

SEALS = "venom audit: seals and keys"
REMOVAL = "venom audit: removal"


def take_turn(name: str) -> None:
    """Wait until nobody else has this turn, and keep it until the caller's transaction ends.

    What decides is to be read after that.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
