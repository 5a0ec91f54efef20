"""Reading for streams, over few connections however many streams there are."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from django.db import connections

from workflows.live.frames import Frame
from workflows.live.topics import Topic

_CONNECTIONS: Final = 4

_readers = ThreadPoolExecutor(_CONNECTIONS, thread_name_prefix="catch-up")


async def missed(topic: Topic, position: int) -> tuple[list[Frame], bool]:
    """Read what a stream has missed; tells whether there is more.

    Raises:
        DatabaseError: the database is out of reach.
    """
    return await asyncio.get_running_loop().run_in_executor(_readers, _read, topic, position)


def _read(topic: Topic, position: int) -> tuple[list[Frame], bool]:
    try:
        return topic.missed(position)
    finally:
        connections.close_all()
