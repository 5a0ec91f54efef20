"""``python -m bench``: measure the portal on PostgreSQL and on SQLite beside raw Celery, and print what came of it."""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench import raw_celery, report
from bench.portal import running_portal
from bench.services import running_broker, running_postgres
from bench.sides import RAW, PortalSide, RawSide, Side
from bench.sizes import PROCESSES, REPETITIONS


def main() -> None:
    """Measure, print the table, and write everything that was measured where asked."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all that was measured into this file")
    parser.add_argument("--repetitions", type=int, default=REPETITIONS, help="how often each scenario is measured")
    parser.add_argument("--processes", type=int, nargs="+", default=[*PROCESSES], help="worker processes of a side")
    options = parser.parse_args()
    measurements: list[report.Measurement] = []
    with tempfile.TemporaryDirectory(prefix="venom-bench-") as name, ExitStack() as services:
        folder = Path(name)
        broker = services.enter_context(running_broker(folder))
        postgres = services.enter_context(running_postgres(folder))
        for processes in options.processes:
            database = postgres.new_database(f"portal_{processes}")
            with running_sides(folder / str(processes), broker, database, processes) as sides:
                measurements += _measure(sides, processes, options.repetitions)
    report.show(measurements)
    if options.json:
        options.json.write_text(json.dumps(report.as_json(measurements), indent=2) + "\n")


@contextmanager
def running_sides(folder: Path, broker: str, postgres: str, processes: int) -> Iterator[dict[str, Side]]:
    """Start all sides, each with so many worker processes; those that are not measured are idle."""
    folder.mkdir()
    with ExitStack() as parts:
        sides: dict[str, Side] = {}
        for number, (label, database) in enumerate({"PostgreSQL": postgres, "SQLite": None}.items(), 1):
            portal = running_portal(folder / label, database, f"{broker}?virtual_host={number}", processes)
            sides[label] = PortalSide(parts.enter_context(portal))
        parts.enter_context(raw_celery.running_worker(folder, f"{broker}?virtual_host=0", processes))
        yield {**sides, RAW: RawSide()}


def _measure(sides: dict[str, Side], processes: int, repetitions: int) -> Iterator[report.Measurement]:
    """Measure every scenario on every side, the sides in turn, so that a slow moment of the machine meets all."""
    for side in sides.values():
        side.warm_up()
    for repetition in range(repetitions):
        for scenario in ("chain", "fan_out", "start_latency"):
            for label, side in sides.items():
                print(f"{processes=}, round {repetition + 1}: {scenario} on {label}", file=sys.stderr)
                yield report.Measurement(processes, repetition, scenario, label, getattr(side, scenario)())


if __name__ == "__main__":
    main()
