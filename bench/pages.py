"""``python -m bench.pages``: how long the portal takes to make its largest pages, beside its smallest.

No network: Django's test client asks for each page again and again. The measure is the dashboard of an empty portal,
which a second process is asked for in turn with each page, so that a slow moment of the machine meets both.
"""

import argparse
import json
import os
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

from bench.page_client import prepared, running_smallest
from bench.page_samples import ITEMS, STEPS, long_run, wide_run
from bench.services import Postgres, running_postgres

REQUESTS = 20
RUNS = 100_000


@dataclass(frozen=True)
class Page:
    """The milliseconds of the requests for a page, and of those for the smallest, which took turns with them."""

    times: list[float]
    smallest: list[float]


def main() -> None:
    """Measure on one database, and print the figures as JSON."""
    parser = argparse.ArgumentParser(prog="python -m bench.pages", description=__doc__)
    parser.add_argument("--postgres", action="store_true", help="on PostgreSQL instead of SQLite")
    parser.add_argument("--runs", type=int, default=RUNS, help="runs in the list")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="venom-bench-") as name, ExitStack() as services:
        folder = Path(name)
        server = services.enter_context(running_postgres(folder)) if options.postgres else None
        with running_smallest(_environment(folder / "empty", server)) as smallest:
            os.environ.pop("DATABASE_URL", None)
            os.environ |= _environment(folder / "full", server)
            pages = measure(options.runs, smallest)
    print(json.dumps({page: figures(found) for page, found in pages.items()}, indent=2))


def measure(runs: int, smallest: Callable[[], float]) -> dict[str, Page]:
    """Fill a portal step by step, and time each page as soon as there is what it shows."""
    ask = prepared()
    from bench import many_runs

    def timed(address: str) -> Page:
        return in_turn(lambda: ask(address), smallest)

    pages = {f"graph, {STEPS} steps": timed(f"/runs/{long_run()}/graph/")}
    wide = wide_run()
    pages[f"graph, fan-out of {ITEMS:,}"] = timed(f"/runs/{wide}/graph/")
    pages[f"graph, fan-out of {ITEMS:,}, opened"] = timed(f"/runs/{wide}/graph/?open=pass-on")
    many_runs.make(runs)
    pages[f"list of {runs:,} runs"] = timed("/runs/")
    pages[f"list of {runs:,} runs, by state and label"] = timed("/runs/?status=failed&label=team:t0")
    pages[f"dashboard, {runs:,} runs"] = timed("/")
    return pages


def in_turn(page: Callable[[], float], smallest: Callable[[], float], requests: int = REQUESTS) -> Page:
    """Ask for both in turn, once more than is counted: the first time fills what a process keeps."""
    turns = [(page(), smallest()) for _number in range(requests + 1)][1:]
    return Page([one for one, _other in turns], [other for _one, other in turns])


def figures(page: Page) -> dict[str, float]:
    """Give the median, the 95th percentile, and the median of the turns' multiples of the smallest page."""
    return {
        "p50_ms": round(median(page.times), 1),
        "p95_ms": round(quantiles(page.times, n=20)[-1], 1),
        "smallest_p50_ms": round(median(page.smallest), 1),
        "times_smallest": round(median(one / other for one, other in zip(page.times, page.smallest, strict=True)), 2),
    }


def _environment(folder: Path, server: Postgres | None) -> dict[str, str]:
    folder.mkdir()
    told = {"VENOM_DATA_DIR": str(folder), "VENOM_APPS": "bench.sample", "ALLOWED_HOSTS": "testserver"}
    told |= {"REDIS_URL": f"redis+socket://{folder / 'nobody.sock'}", "DJANGO_SETTINGS_MODULE": "venom_portal.settings"}
    return told | ({"DATABASE_URL": server.new_database(folder.name)} if server else {})


if __name__ == "__main__":
    main()
