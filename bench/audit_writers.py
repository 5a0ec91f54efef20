"""Many processes that write audit entries at once, with processes beside them that seal, on the environment's database.

``python -m bench.audit_writers WRITERS ENTRIES SEALERS`` prints the seconds from the first entry to the last.
"""

import json
import multiprocessing
import os
import sys
import time
from multiprocessing.synchronize import Barrier, Event

import django
from django.db import connection, transaction

RESOURCES = 20
SEALED_EVERY = 2.0
"""Seconds, as the clock does."""


def main() -> None:
    """Start all processes, and stop the sealers when the last writer has ended."""
    writers, entries, sealers = map(int, sys.argv[1:])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "venom_portal.settings")
    django.setup()
    fork = multiprocessing.get_context("fork")
    ready, done = fork.Barrier(writers + 1), fork.Event()
    shares = [entries // writers + (number < entries % writers) for number in range(writers)]
    writing = [fork.Process(target=write, args=(share, ready)) for share in shares]
    sealing = [fork.Process(target=seal, args=(done,)) for _ in range(sealers)]
    for process in (*writing, *sealing):
        process.start()
    ready.wait()
    began = time.perf_counter()
    for process in writing:
        process.join()
    seconds = time.perf_counter() - began
    done.set()
    for process in sealing:
        process.join()
    codes = [process.exitcode for process in (*writing, *sealing)]
    print(json.dumps({"seconds": seconds, "entries": entries, "exit_codes": codes}))
    sys.exit(any(codes))


def write(entries: int, ready: Barrier) -> None:
    """Write so many entries, a transaction each, as an operation does."""
    from audit.actor import SYSTEM
    from audit.models import Result
    from audit.record import record

    connection.ensure_connection()
    ready.wait()
    for number in range(entries):
        with transaction.atomic():
            resource = f"run-{(os.getpid() + number) % RESOURCES}"
            record(SYSTEM, "pause", "workflow", resource, result=Result.SUCCESS, reason_code="operation_completed")


def seal(done: Event) -> None:
    """Seal what there is until the writers have ended, and then the rest."""
    from audit.sealing import seal_entries

    while not done.wait(SEALED_EVERY):
        seal_entries()
    seal_entries()


if __name__ == "__main__":
    main()
