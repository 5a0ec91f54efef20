"""``python -m bench.seals``: what sealing costs those who write: entries a second with seals and without, in one run.

Without: neither sealers nor the trigger that queues entries for them. The rounds take turns, so that a slow moment of
the machine meets both.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from bench.portal import PROJECT
from bench.services import running_postgres

WRITERS, ENTRIES, SEALERS, ROUNDS = 16, 2_000, 1, 5

_PREPARE = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", interactive=False, verbosity=0)
"""
_QUEUE = """
import django; django.setup()
from django.db import connection
from audit import triggers
if {sealed}:
    triggers.install()
else:
    table = " ON audit_entry" if connection.vendor == "postgresql" else ""
    connection.cursor().execute("DROP TRIGGER IF EXISTS audit_entry_queue" + table)
"""


def main() -> None:
    """Measure on both databases and print the medians and their ratio."""
    with tempfile.TemporaryDirectory(prefix="venom-bench-") as name, running_postgres(Path(name)) as postgres:
        for label, url in (("PostgreSQL", postgres.new_database("seals")), ("SQLite", None)):
            folder = Path(name) / label
            folder.mkdir()
            _measure(label, _environment(folder, url))


def _measure(label: str, environment: dict[str, str]) -> None:
    _python(environment, "-c", _PREPARE)
    seconds: dict[bool, list[float]] = {True: [], False: []}
    for number in range(ROUNDS):
        for sealed in (True, False) if number % 2 else (False, True):
            _python(environment, "-c", _QUEUE.format(sealed=sealed))
            arguments = (WRITERS, ENTRIES, SEALERS if sealed else 0)
            answer = _python(environment, "-m", "bench.audit_writers", *map(str, arguments))
            seconds[sealed].append(json.loads(answer)["seconds"])
    speeds = {sealed: ENTRIES / median(times) for sealed, times in seconds.items()}
    ratio = median(with_seals / without for with_seals, without in zip(seconds[True], seconds[False], strict=True))
    print(
        f"{label}: {WRITERS} processes, {speeds[True]:,.0f} entries/s with seals, {speeds[False]:,.0f} without; "
        f"time with / without: {ratio:.2f} (median of {ROUNDS} rounds)"
    )


def _environment(folder: Path, url: str | None) -> dict[str, str]:
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {"VENOM_DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "venom_portal.settings"}
    return environment | ({"DATABASE_URL": url} if url else {})


def _python(environment: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, *arguments]
    return subprocess.run(command, env=environment, cwd=PROJECT, check=True, stdout=subprocess.PIPE, text=True).stdout


if __name__ == "__main__":
    main()
