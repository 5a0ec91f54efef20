"""Work that a test lets a process of its own do, so that the process can die of it.

``python -m tests.acceptance.victim work``: run what is due, as a worker does on a message; ``… bulk JOB TURN``: take
this turn of a bulk job.
"""

import sys
from uuid import UUID

import django

django.setup()

from workflows.operations.bulk.work import work_on  # noqa: E402  (Django has to be ready)
from workflows.worker import stretch  # noqa: E402


def main(act: str, *arguments: str) -> None:
    """Do it to its end, if the process comes so far."""
    if act == "bulk":
        job_id, turn = arguments
        work_on(UUID(job_id), int(turn))
        return
    while stretch.advance_unasked():
        pass
    stretch.end_session()


if __name__ == "__main__":
    main(*sys.argv[1:])
