"""``python -m bench.live``: how long it takes from the commit of an event until it reaches an open page.

A web process as a portal runs it, so many open streams, and a writer that adds one event after the other to a run; the
writer and the page are in one process, and so read one clock.
"""

import argparse
import http.client
import json
import os
import queue
import tempfile
import threading
import time
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import django

from bench.services import running_broker, running_postgres
from bench.web import running_web

_PATIENCE = 30.0
_STREAM = "/api/v1/events/stream"


def main() -> None:
    """Measure on one database, and print the figures as JSON."""
    parser = argparse.ArgumentParser(prog="python -m bench.live", description=__doc__)
    parser.add_argument("--postgres", action="store_true", help="on PostgreSQL instead of SQLite")
    parser.add_argument("--events", type=int, default=200)
    parser.add_argument("--pages", type=int, default=50, help="open pages of the run")
    parser.add_argument("--no-broker", action="store_true", help="without wake-up calls")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="venom-bench-") as name, running_broker(Path(name)) as broker:
        folder = Path(name)
        os.environ |= {"VENOM_DATA_DIR": name, "VENOM_APPS": "bench.sample", "ALLOWED_HOSTS": "127.0.0.1"}
        os.environ["REDIS_URL"] = f"redis+socket://{folder / 'nobody.sock'}" if options.no_broker else broker
        if not options.postgres:
            os.environ.pop("DATABASE_URL", None)
            print(json.dumps(measure(folder, options.events, options.pages)))
            return
        with running_postgres(folder) as server:
            os.environ["DATABASE_URL"] = server.new_database("live")
            print(json.dumps(measure(folder, options.events, options.pages)))


def measure(folder: Path, events: int, pages: int) -> dict[str, Any]:
    """Write events at an even pace while pages are open; milliseconds from commit to page."""
    run_id, tell, token = _prepare()
    with running_web(folder) as port:
        received: queue.Queue[tuple[int, float]] = queue.Queue()
        for number in range(pages):
            after = _open(port, token, run_id, received if number == pages - 1 else None)
        waits = []
        for _number in range(events):
            tell()
            committed = time.perf_counter()
            after += 1
            seq, at = received.get(timeout=_PATIENCE)
            assert seq == after, "an event was lost"
            waits.append((at - committed) * 1000)
            time.sleep(0.1)
        return {
            "events": events,
            "pages": pages,
            "p50_ms": round(median(waits), 1),
            "p95_ms": round(quantiles(waits, n=20)[-1], 1),
            "most_ms": round(max(waits), 1),
        }


def _prepare() -> tuple[Any, Any, str]:
    """Make a database with a run and a reader; give the run's id, what adds an event to it, and the reader's token."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "venom_portal.settings"
    django.setup()
    from django.contrib.auth.models import User
    from django.core.management import call_command

    from audit.actor import SYSTEM
    from venom_portal import tokens
    from workflows import registry
    from workflows.engine.transaction import locked_run
    from workflows.operations.create import NewRun, create_run

    call_command("migrate", interactive=False, verbosity=0)
    registry.sync()
    run = create_run(SYSTEM, NewRun("bench-chain", start=False)).run
    reader = User.objects.create_superuser("reader")

    def tell() -> None:
        with locked_run(run.pk) as move:
            move.tell("noted")

    return run.pk, tell, tokens.issue(SYSTEM, reader).token


def _open(port: int, token: str, run_id: Any, received: Any) -> int:
    """Open a page that knows all so far, read on in a thread, and give the number of the last event that there is."""
    from workflows.models import Workflow

    after = Workflow.objects.get(pk=run_id).event_seq
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE)
    connection.request("GET", f"{_STREAM}?workflow={run_id}&after={after}", headers={"Authorization": f"Token {token}"})
    response = connection.getresponse()
    assert response.status == 200, response.read()
    threading.Thread(target=_read, args=(response, received), daemon=True).start()
    return after


def _read(response: http.client.HTTPResponse, received: Any) -> None:
    for line in response:
        if line.startswith(b"id: ") and received is not None:
            received.put((int(line[4:]), time.perf_counter()))


if __name__ == "__main__":
    main()
